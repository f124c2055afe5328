import { parser } from "@prometheus-io/lezer-promql";

/** What an expression asks for. */
export type Asked = {
  /** Metrics as they are named in it, with the labels that it selects by. */
  readonly selectors: readonly { readonly metric: string; readonly labels: readonly string[] }[];
  /** Labels that it groups by. */
  readonly groupings: readonly string[];
};

/** @throws {Error} what is no PromQL, saying where */
export function readPromql(expr: string): Asked {
  const selectors: { metric: string; labels: string[] }[] = [];
  const groupings: string[] = [];
  let isGrouping = false;
  parser.parse(expr).iterate({
    enter({ name, from, to, type }) {
      const text = expr.slice(from, to);
      if (type.isError) throw new Error(`No PromQL at ${String(from)}: ${expr}`);
      if (name === "VectorSelector") selectors.push({ metric: "", labels: [] });
      if (name === "GroupingLabels") isGrouping = true;
      if (name === "LabelName") {
        if (isGrouping) groupings.push(text);
        else selectors.at(-1)?.labels.push(text);
      }
      const last = selectors.at(-1);
      if (name === "Identifier" && last?.metric === "") last.metric = text;
    },
    leave({ name }) {
      if (name === "GroupingLabels") isGrouping = false;
    },
  });
  return { selectors, groupings };
}

/** What Grafana puts in for itself. */
export function withoutVariables(expr: string): string {
  return expr.replaceAll("$__rate_interval", "5m");
}
