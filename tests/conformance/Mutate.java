import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Breaks resources, one fault each, and prints a case per broken file:
 *   find DIR -name '*.json' | Mutate OUT
 */
public class Mutate {
    static final Gson GSON = new GsonBuilder().serializeNulls().create();

    public static void main(String[] args) throws Exception {
        final var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            final String text = Files.readString(Path.of(line), StandardCharsets.UTF_8);
            final String stem = Path.of(line).getFileName().toString().replace(".json", "");
            for (final var mutation : mutations().entrySet()) {
                final JsonObject resource = JsonParser.parseString(text).getAsJsonObject();
                final String before = GSON.toJson(resource);
                mutation.getValue().accept(resource);
                final String after = GSON.toJson(resource);
                if (!after.equals(before)) {
                    final Path out = Path.of(args[0], stem + "." + mutation.getKey() + ".json");
                    Files.writeString(out, after, StandardCharsets.UTF_8);
                    System.out.println("mutated\t" + stem + "." + mutation.getKey() + "\t" + out + "\terror");
                }
            }
        }
    }

    static Map<String, Consumer<JsonObject>> mutations() {
        final Map<String, Consumer<JsonObject>> all = new LinkedHashMap<>();
        all.put("unknown-property", resource -> resource.addProperty("desconocido", "x"));
        all.put("bad-id", resource -> resource.addProperty("id", "no es un id"));
        all.put("null", resource -> resource.add("language", JsonNull.INSTANCE));
        all.put("bad-language-type", resource -> resource.addProperty("language", 7));
        all.put("scalar-for-array", resource -> resource.add("contained", new JsonObject()));
        all.put("empty-object", resource -> resource.add("meta", new JsonObject()));
        all.put("empty-array", resource -> resource.add("extension", new JsonArray()));
        all.put("bad-instant", resource -> {
            final JsonObject meta = new JsonObject();
            meta.addProperty("lastUpdated", "2026-02-30T10:00:00Z");
            resource.add("meta", meta);
        });
        all.put("string-for-object", resource -> replaceFirst(resource, JsonElement::isJsonObject, new JsonPrimitive("x")));
        all.put("object-for-string", resource -> replaceFirst(resource,
                value -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isString(), emptyReference()));
        all.put("bad-status", resource -> {
            if (resource.has("status") && resource.get("status").isJsonPrimitive()) {
                resource.addProperty("status", "no-hay-tal");
            }
        });
        all.put("broken-reference", resource -> {
            for (final String name : new String[] {"subject", "patient"}) {
                if (resource.has(name) && resource.get(name).isJsonObject()) {
                    resource.getAsJsonObject(name).addProperty("reference", "#nadie");
                    return;
                }
            }
        });
        return all;
    }

    static JsonObject emptyReference() {
        final JsonObject object = new JsonObject();
        object.addProperty("reference", "x");
        return object;
    }

    static void replaceFirst(JsonObject resource, java.util.function.Predicate<JsonElement> which, JsonElement with) {
        for (final var member : resource.entrySet()) {
            final boolean common = member.getKey().equals("resourceType") || member.getKey().equals("text");
            if (!common && which.test(member.getValue())) {
                member.setValue(with);
                return;
            }
        }
    }
}
