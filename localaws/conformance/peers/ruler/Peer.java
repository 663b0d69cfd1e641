import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;
import software.amazon.event.ruler.Patterns;

/**
 * Answers, line by line, whether an event matches a pattern. A request is {"pattern": "...", "event": "..."} with both
 * as texts, an answer {"answer": "match" | "none" | "pattern" | "event", "message": "...", "complexity": n}, where
 * "pattern" and "event" say which of the two is refused.
 *
 * It asks as event-ruler's README tells a service to: JsonRuleCompiler reads the pattern, without addRule's falling back
 * to the older compiler, and a machine of that pattern alone matches, consistently over arrays (rulesForJSONEvent).
 */
public final class Peer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WORST_COMPLEXITY = 100;

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        BufferedWriter out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            JsonNode request = JSON.readTree(line);
            ObjectNode answer = JSON.createObjectNode();
            ask(request.get("pattern").asText(), request.get("event").asText(), answer);
            out.write(answer.toString());
            out.write('\n');
            if (!in.ready()) {
                out.flush();
            }
        }
    }

    private static void ask(String pattern, String event, ObjectNode answer) {
        Machine machine = Machine.builder().build();
        try {
            List<Map<String, List<Patterns>>> rules = JsonRuleCompiler.compile(pattern);
            rules.forEach(rule -> machine.addPatternRule("rule", rule));
            answer.put("complexity", machine.evaluateComplexity(new MachineComplexityEvaluator(WORST_COMPLEXITY)));
        } catch (Exception e) {
            answer.put("answer", "pattern").put("message", String.valueOf(e.getMessage()));
            return;
        }
        try {
            answer.put("answer", machine.rulesForJSONEvent(event).isEmpty() ? "none" : "match");
        } catch (Exception e) {
            answer.put("answer", "event").put("message", String.valueOf(e.getMessage()));
        }
    }
}
