import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * Holds our verdict on each resource against that of the HL7 validator (terminology off).
 *
 * Usage: Compare PUENTE KNOWN.tsv CASES.tsv PROFILES
 *   CASES  set TAB name TAB path [TAB expected: error|pass]; an .ndjson holds one resource a line
 *   KNOWN  set/name TAB who refuses (puente|hl7|option) TAB reason: the disagreements that are
 *          understood; option: the case speaks of a validator told to look away, and does not count
 *   PROFILES  folder of the StructureDefinitions that both know
 * Prints each new disagreement, then a line per set. Exit 1 when there is a new one, or a known one
 * that is there no more.
 */
public class Compare {
    record Case(String set, String name, Path path, String expected) {}
    record Verdict(boolean refused, String why) {}

    static class Tally {
        int resources, both, puente, hl7, known;
        int errors, errorsFound, passes, falseAlarms;
    }

    public static void main(String[] args) throws Exception {
        final String puente = args[0];
        final Map<String, String> known = readKnown(Path.of(args[1]));
        final List<Case> cases = readCases(Path.of(args[2]));
        final Map<String, List<Verdict>> ours = ask(puente, cases);
        final FhirValidator validator = validator(Path.of(args[3]));
        final Map<String, Tally> tallies = new TreeMap<>();
        final Map<String, String> met = new LinkedHashMap<>();
        boolean news = false;
        for (final Case one : cases) {
            final Tally tally = tallies.computeIfAbsent(one.set(), name -> new Tally());
            final List<Verdict> mine = ours.getOrDefault(one.path().toString(), List.of());
            final List<String> texts = textsOf(one.path());
            if (mine.size() != texts.size()) {
                System.out.println("NO VERDICT\t" + one.set() + "/" + one.name());
                news = true;
                continue;
            }
            for (int i = 0; i < texts.size(); ++i) {
                final String key = one.set() + "/" + one.name() + (texts.size() > 1 ? ":" + (i + 1) : "");
                final String understood = lookUp(known, key);
                if ("option".equals(understood)) {
                    met.put(key, "option");
                    continue;
                }
                final Verdict theirs = judge(validator, texts.get(i));
                final Verdict own = mine.get(i);
                ++tally.resources;
                if (one.expected().equals("error")) {
                    ++tally.errors;
                    tally.errorsFound += own.refused() ? 1 : 0;
                } else if (one.expected().equals("pass")) {
                    ++tally.passes;
                    tally.falseAlarms += own.refused() ? 1 : 0;
                }
                if (own.refused() == theirs.refused()) {
                    tally.both += own.refused() ? 1 : 0;
                    continue;
                }
                final String who = own.refused() ? "puente" : "hl7";
                tally.puente += own.refused() ? 1 : 0;
                tally.hl7 += own.refused() ? 0 : 1;
                met.put(key, who);
                if (who.equals(understood)) {
                    ++tally.known;
                } else {
                    news = true;
                    System.out.println("NEW\t" + key + "\t" + who + "\t" + (own.refused() ? own.why() : theirs.why()));
                }
            }
        }
        for (final Map.Entry<String, Tally> entry : tallies.entrySet()) {
            report(entry.getKey(), entry.getValue());
        }
        for (final String key : known.keySet()) {
            final boolean seen = cases.stream().anyMatch(one -> key.equals(one.set() + "/" + one.name()));
            if (seen && !met.containsKey(key)) {
                System.out.println("NO MORE\t" + key);
                news = true;
            }
        }
        System.exit(news ? 1 : 0);
    }

    /** Who refuses it as far as is known: by its name, or by the row whose '*' it fits. */
    static String lookUp(Map<String, String> known, String key) {
        final String exact = known.get(key);
        if (exact != null) {
            return exact;
        }
        for (final Map.Entry<String, String> row : known.entrySet()) {
            final int star = row.getKey().indexOf('*');
            if (star >= 0 && key.startsWith(row.getKey().substring(0, star))
                    && key.endsWith(row.getKey().substring(star + 1))) {
                return row.getValue();
            }
        }
        return null;
    }

    static void report(String set, Tally tally) {
        System.out.printf("%-10s %5d resources: both refuse %d, only puente %d, only hl7 %d (known: %d)%n", set,
                tally.resources, tally.both, tally.puente, tally.hl7, tally.known);
        if (tally.errors > 0) {
            System.out.printf("%-10s expected errors found: %d of %d (%.0f %%); false alarms: %d of %d%n", set,
                    tally.errorsFound, tally.errors, 100.0 * tally.errorsFound / tally.errors, tally.falseAlarms,
                    tally.passes);
        }
    }

    static FhirValidator validator(Path profiles) throws IOException {
        final FhirContext context = FhirContext.forR4();
        final var national = new PrePopulatedValidationSupport(context);
        try (var files = Files.list(profiles)) {
            for (final Path file : files.sorted().toList()) {
                national.addStructureDefinition(context.newJsonParser().parseResource(
                        StructureDefinition.class, Files.readString(file, StandardCharsets.UTF_8)));
            }
        }
        final var chain = new ValidationSupportChain(new DefaultProfileValidationSupport(context), national,
                new SnapshotGeneratingValidationSupport(context), new InMemoryTerminologyServerValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context));
        final var module = new FhirInstanceValidator(chain);
        module.setNoTerminologyChecks(true);
        module.setAnyExtensionsAllowed(true);
        module.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
        return context.newValidator().registerValidatorModule(module);
    }

    static Verdict judge(FhirValidator validator, String text) {
        try {
            for (final SingleValidationMessage message : validator.validateWithResult(text).getMessages()) {
                if (message.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal()) {
                    return new Verdict(true, message.getLocationString() + ": " + message.getMessage());
                }
            }
            return new Verdict(false, "");
        } catch (final RuntimeException exception) {
            return new Verdict(true, String.valueOf(exception.getMessage()));
        }
    }

    /** Our verdicts, in order, by the path of their file. */
    static Map<String, List<Verdict>> ask(String puente, List<Case> cases) throws IOException {
        final List<String> command = new ArrayList<>(List.of(puente, "validate"));
        cases.stream().map(one -> one.path().toString()).distinct().forEach(command::add);
        final Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        final Map<String, List<Verdict>> verdicts = new LinkedHashMap<>();
        try (var lines = new BufferedReader(
                     new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                final var outcome = JsonParser.parseString(line).getAsJsonObject();
                final String file = outcome.getAsJsonArray("extension").get(0).getAsJsonObject()
                                            .get("valueString").getAsString()
                                            .replaceFirst("(?<=\\.ndjson):\\d+$", "");
                verdicts.computeIfAbsent(file, name -> new ArrayList<>()).add(verdictOf(outcome.getAsJsonArray("issue")));
            }
        }
        return verdicts;
    }

    static Verdict verdictOf(Iterable<JsonElement> issues) {
        for (final JsonElement element : issues) {
            final var issue = element.getAsJsonObject();
            final String severity = issue.get("severity").getAsString();
            if (severity.equals("error") || severity.equals("fatal")) {
                final var path = issue.getAsJsonArray("expression");
                return new Verdict(true, (path == null ? "" : path.get(0).getAsString() + ": ")
                                + issue.get("diagnostics").getAsString());
            }
        }
        return new Verdict(false, "");
    }

    static List<String> textsOf(Path path) throws IOException {
        final String text = Files.readString(path, StandardCharsets.UTF_8);
        return path.toString().endsWith(".ndjson") ? text.lines().filter(line -> !line.isBlank()).toList()
                                                   : List.of(text);
    }

    static List<Case> readCases(Path path) throws IOException {
        return Files.readAllLines(path).stream().map(line -> line.split("\t", -1))
                .map(row -> new Case(row[0], row[1], Path.of(row[2]), row.length > 3 ? row[3] : "")).toList();
    }

    static Map<String, String> readKnown(Path path) throws IOException {
        final Map<String, String> known = new LinkedHashMap<>();
        for (final String line : Files.readAllLines(path)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                final String[] row = line.split("\t");
                known.put(row[0], row[1]);
            }
        }
        return known;
    }
}
