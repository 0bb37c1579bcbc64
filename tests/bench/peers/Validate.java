import ca.uhn.fhir.validation.FhirValidator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast the HL7 validator is on a warm JVM, one thread, terminology off, as Compare holds it.
 *
 * Usage: Validate SECONDS PROFILES FILE...
 * Goes over the files until they were seen twice and SECONDS have passed, then measures as long
 * again. Prints MiB a second.
 */
public class Validate {
    public static void main(String[] args) throws Exception {
        final long window = Long.parseLong(args[0]) * 1_000_000_000L;
        final FhirValidator validator = Compare.validator(Path.of(args[1]));
        final List<String> texts = new ArrayList<>();
        long bytes = 0;
        for (int i = 2; i < args.length; ++i) {
            texts.add(Files.readString(Path.of(args[i])));
            bytes += texts.get(texts.size() - 1).getBytes(StandardCharsets.UTF_8).length;
        }
        go(validator, texts, window, 2);
        final long begin = System.nanoTime();
        final long rounds = go(validator, texts, window, 1);
        final double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf("%.3f%n", rounds * bytes / seconds / (1 << 20));
    }

    static long go(FhirValidator validator, List<String> texts, long window, long least) {
        final long begin = System.nanoTime();
        long rounds = 0;
        while (rounds < least || System.nanoTime() - begin < window) {
            for (final String text : texts) {
                validator.validateWithResult(text);
            }
            ++rounds;
        }
        return rounds;
    }
}
