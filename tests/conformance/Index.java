import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;

/** Prints a case per row of the index of validator cases: Index DIR */
public class Index {
    public static void main(String[] args) throws Exception {
        final String index = Files.readString(Path.of(args[0], "self-contained-r4-json.json"));
        for (final JsonElement row : JsonParser.parseString(index).getAsJsonArray()) {
            final var one = row.getAsJsonObject();
            System.out.println("cases\t" + one.get("name").getAsString() + "\t"
                    + Path.of(args[0], "validator", one.get("file").getAsString()) + "\t"
                    + one.get("expect").getAsString());
        }
    }
}
