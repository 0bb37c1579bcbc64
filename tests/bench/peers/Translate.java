import io.github.linuxforhealth.hl7.HL7ToFHIRConverter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast LinuxForHealth's converter is on a warm JVM, one thread.
 *
 * Usage: Translate SECONDS TAKEN FILE...
 * Writes the names of the files it can convert to TAKEN, goes over those for SECONDS, then measures
 * as long again. Prints messages a second.
 */
public class Translate {
    public static void main(String[] args) throws Exception {
        final long window = Long.parseLong(args[0]) * 1_000_000_000L;
        final HL7ToFHIRConverter converter = new HL7ToFHIRConverter();
        final List<String> names = new ArrayList<>();
        final List<String> messages = new ArrayList<>();
        for (int i = 2; i < args.length; ++i) {
            try {
                final String text = Files.readString(Path.of(args[i]));
                if (!text.startsWith("MSH")) {
                    continue; // a batch is no message to either peer
                }
                converter.convert(text);
                names.add(args[i]);
                messages.add(text);
            } catch (final Exception unsupported) {
                // a message type it does not have
            }
        }
        Files.write(Path.of(args[1]), names);
        go(converter, messages, window);
        final long begin = System.nanoTime();
        final long rounds = go(converter, messages, window);
        System.out.printf("%.1f%n", rounds * messages.size() / ((System.nanoTime() - begin) / 1e9));
    }

    static long go(HL7ToFHIRConverter converter, List<String> messages, long window) {
        final long begin = System.nanoTime();
        long rounds = 0;
        do {
            for (final String message : messages) {
                converter.convert(message);
            }
            ++rounds;
        } while (System.nanoTime() - begin < window);
        return rounds;
    }
}
