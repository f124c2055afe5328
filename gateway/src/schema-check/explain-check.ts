import type { SchemaCheck } from "./check-schema.ts";
import type { BrokenOperation, Concerned, JudgedChange } from "./judge-changes.ts";
import type { LintProblem } from "./lint-schema.ts";

/** What was found, for people: what stands in the way first, each with what to do about it. */
export function explainCheck(check: SchemaCheck): string {
  const { composition, lint, judgement, isOk } = check;
  const { changes, broken, brokenBefore } = judgement;
  const of = (verdict: JudgedChange["verdict"]) =>
    changes.filter((change) => change.verdict === verdict);
  const lines = [
    ...section("The subgraphs do not make one graph:", composition),
    ...section("Against the rules of the schema:", lint.map(explainLint)),
    ...section("Operations that would break:", broken.map(explainBroken)),
    ...section("Changes that break who uses them:", of("breaks").map(explainChange)),
    ...section("Changes that somebody may notice:", of("warns").map(explainChange)),
    ...section(
      "Note: breaking by itself, and used by nobody who is known:",
      of("passes")
        .filter(({ severity }) => severity === "breaking")
        .map(({ message }) => message),
    ),
    ...section(
      "Note: promoted, and not valid before the change either:",
      brokenBefore.map(explainBroken),
    ),
    judgedBy(check),
    isOk ? "The schema may be served." : "The schema may not be served.",
  ];
  return lines.join("\n");
}

function section(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  return [title, ...items.map((item) => `  ${item.replaceAll("\n", "\n  ")}`), ""];
}

function explainLint({ place, message, rule, subgraphs }: LintProblem): string {
  const where = subgraphs.map((name) => `subgraphs/${name}/schema.graphql`).join(", ");
  return `${place}: ${message} [${rule}${where === "" ? "" : `; ${where}`}]`;
}

function explainBroken({ clientId, operationName, reasons }: BrokenOperation): string {
  return `client ${clientId}: operation ${operationName} would break: ${reasons.join(" ")}`;
}

function explainChange({ message, concerned }: JudgedChange): string {
  return [message, ...concerned.map((each) => `  ${explainConcerned(each)}`)].join("\n");
}

function explainConcerned({ clientId, operationName, known, ...use }: Concerned): string {
  const client = clientId === "" ? "callers without a token" : `client ${clientId}`;
  const operation =
    operationName === null ? "an operation without a name" : `operation ${operationName}`;
  if (known === "manifest") return `${client}: ${operation}, promoted in its manifest`;
  return `${client}: ${operation}, ${String(use.count)} times, last on ${String(use.lastUsedOn)}`;
}

function judgedBy({ against, known }: SchemaCheck): string {
  if (against === null) return "It was compared with nothing.";
  const usage =
    known.days === null
      ? "usage is not known here (`ctl schema check` asks the running stack)"
      : `usage of the last ${String(known.days)} days`;
  return `Compared with ${against}; judged by ${String(known.promotedOperations)} promoted operations of ${String(known.clients)} clients, and ${usage}.`;
}
