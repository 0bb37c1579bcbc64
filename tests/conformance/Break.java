import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints the cases of the national profiles: each example, each as broken.tsv says (an error), and
 * each with any one of its values taken away (whatever that is, both validators agree on it):
 *   Break EXAMPLES broken.tsv OUT
 */
public class Break {
    static final Gson GSON = new GsonBuilder().serializeNulls().setPrettyPrinting().disableHtmlEscaping().create();
    static Path out;

    public static void main(String[] args) throws Exception {
        final Path examples = Path.of(args[0]);
        out = Path.of(args[2]);
        for (final String line : Files.readAllLines(Path.of(args[1]))) {
            if (!line.startsWith("#")) {
                final String[] row = line.split("\t");
                final JsonElement tree = read(examples.resolve(row[0] + ".json"));
                put(tree, row[1], row[2]);
                print(row[0] + row[1] + "=" + Integer.toHexString(row[2].hashCode()), tree, "error");
            }
        }
        try (var files = Files.list(examples)) {
            for (final Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                final String name = file.getFileName().toString().replace(".json", "");
                print(name, read(file), "pass");
                final List<String> pointers = new ArrayList<>();
                collect(read(file), "", pointers);
                for (final String pointer : pointers) {
                    final JsonElement tree = read(file);
                    put(tree, pointer, "-");
                    print(name + pointer, tree, "");
                }
            }
        }
    }

    static JsonElement read(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file, StandardCharsets.UTF_8));
    }

    static void print(String name, JsonElement tree, String expected) throws IOException {
        final Path file = out.resolve(name.replace('/', '.') + ".json");
        Files.writeString(file, GSON.toJson(tree), StandardCharsets.UTF_8);
        System.out.println("profiles\t" + name + "\t" + file + "\t" + expected);
    }

    /** Everything but the resourceType, the claim of a profile, and an only item: that is its array. */
    static void collect(JsonElement tree, String pointer, List<String> pointers) {
        if (tree.isJsonArray()) {
            for (int i = 0; i < tree.getAsJsonArray().size(); ++i) {
                if (tree.getAsJsonArray().size() > 1) {
                    pointers.add(pointer + "/" + i);
                }
                collect(tree.getAsJsonArray().get(i), pointer + "/" + i, pointers);
            }
        } else if (tree.isJsonObject()) {
            for (final String key : tree.getAsJsonObject().keySet()) {
                if (!key.equals("resourceType") && !key.equals("meta")) {
                    pointers.add(pointer + "/" + key);
                    collect(tree.getAsJsonObject().get(key), pointer + "/" + key, pointers);
                }
            }
        }
    }

    /** Sets the value at a JSON Pointer, or removes it ("-"). */
    static void put(JsonElement tree, String pointer, String value) {
        final String[] steps = pointer.substring(1).split("/");
        for (int i = 0; i + 1 < steps.length; ++i) {
            tree = tree.isJsonArray() ? tree.getAsJsonArray().get(Integer.parseInt(steps[i]))
                                      : tree.getAsJsonObject().get(steps[i]);
        }
        final String last = steps[steps.length - 1];
        if (tree instanceof JsonObject object) {
            if (value.equals("-")) {
                object.remove(last);
            } else {
                object.add(last, JsonParser.parseString(value));
            }
        } else if (tree instanceof JsonArray array) {
            final int index = Integer.parseInt(last);
            if (value.equals("-")) {
                array.remove(index);
            } else if (index == array.size()) {
                array.add(JsonParser.parseString(value));
            } else {
                array.set(index, JsonParser.parseString(value));
            }
        }
    }
}
