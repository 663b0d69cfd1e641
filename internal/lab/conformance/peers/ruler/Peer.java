import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
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
 * to the older compiler; its complexity is limited; and a machine of that pattern alone matches, consistently over
 * arrays (rulesForJSONEvent).
 *
 * A request with "apart": true asks for reasons. It is answered from many machines, each with one test of each field:
 * logically the same pattern, but no two tests share a machine. "stepwise" is the answer of event-ruler's older search,
 * which its newer one is to equal. "inexact" lists numbers that event-ruler compares by their text, because the double
 * nearest to them prints otherwise; before Java 19 some doubles printed with digits too many.
 */
public final class Peer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_COMPLEXITY = 10; // of one rule, in the README's example
    private static final int WORST_COMPLEXITY = 20; // counted no further

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        BufferedWriter out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            JsonNode request = JSON.readTree(line);
            ObjectNode answer = JSON.createObjectNode();
            String pattern = request.get("pattern").asText();
            String event = request.get("event").asText();
            if (request.path("apart").asBoolean()) {
                askApart(pattern, event, answer);
                listInexact(pattern, answer.putArray("inexact"));
                listInexact(event, (ArrayNode) answer.get("inexact"));
            } else {
                ask(pattern, event, answer);
            }
            out.write(answer.toString());
            out.write('\n');
            if (!in.ready()) {
                out.flush();
            }
        }
    }

    private static void listInexact(String json, ArrayNode list) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token; (token = parser.nextToken()) != null; ) {
                if (token.isNumeric() && !isExact(parser.getText())) {
                    list.add(parser.getText());
                }
            }
        } catch (JsonProcessingException e) {
            // What stands behind a syntax error was not read by event-ruler either.
        }
    }

    private static boolean isExact(String number) {
        double nearest = Double.parseDouble(number);
        return !Double.isInfinite(nearest) && BigDecimal.valueOf(nearest).compareTo(new BigDecimal(number)) == 0;
    }

    private static void askApart(String pattern, String event, ObjectNode answer) {
        try {
            List<Map<String, List<Patterns>>> rules = JsonRuleCompiler.compile(pattern);
            Machine stepwise = Machine.builder().withStructuredMatching(false).build();
            rules.forEach(rule -> stepwise.addPatternRule("rule", rule));
            answer.put("stepwise", search(stepwise, event));
            for (Map<String, List<Patterns>> rule : rules) {
                if (matchesApart(new ArrayList<>(rule.keySet()), rule, new HashMap<>(), event)) {
                    answer.put("answer", "match");
                    return;
                }
            }
            answer.put("answer", "none");
        } catch (Exception e) {
            answer.put("answer", "pattern").put("message", String.valueOf(e.getMessage()));
        }
    }

    private static boolean matchesApart(List<String> paths, Map<String, List<Patterns>> rule,
            Map<String, List<Patterns>> chosen, String event) throws Exception {
        if (chosen.size() == paths.size()) {
            Machine machine = Machine.builder().withStructuredMatching(false).build();
            machine.addPatternRule("rule", chosen);
            return search(machine, event).equals("match");
        }
        String path = paths.get(chosen.size());
        for (Patterns test : rule.get(path)) {
            chosen.put(path, List.of(test));
            if (matchesApart(paths, rule, chosen, event)) {
                return true;
            }
            chosen.remove(path);
        }
        return false;
    }

    private static String search(Machine machine, String event) throws Exception {
        return machine.rulesForJSONEvent(event).isEmpty() ? "none" : "match";
    }

    private static void ask(String pattern, String event, ObjectNode answer) {
        Machine machine = Machine.builder().build();
        try {
            List<Map<String, List<Patterns>>> rules = JsonRuleCompiler.compile(pattern);
            rules.forEach(rule -> machine.addPatternRule("rule", rule));
            int complexity = !pattern.contains("wildcard") ? 0 : machine.evaluateComplexity(new MachineComplexityEvaluator(WORST_COMPLEXITY));
            answer.put("complexity", complexity);
            if (complexity > MAX_COMPLEXITY) {
                throw new IllegalArgumentException("Rule is too complex");
            }
        } catch (Exception e) {
            answer.put("answer", "pattern").put("message", String.valueOf(e.getMessage()));
            return;
        }
        try {
            answer.put("answer", search(machine, event));
        } catch (Exception e) {
            answer.put("answer", "event").put("message", String.valueOf(e.getMessage()));
        }
    }
}
