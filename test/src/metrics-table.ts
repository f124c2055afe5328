const START = "<!-- metrics: written by test/src/write-metrics-table.ts -->";
const END = "<!-- end of metrics -->";

/**
 * What the program counts, as the docs list it.
 * @param exposition the text of `/metrics`
 * @returns name, type and help of each metric of ours, by name
 */
export function metricsOf(exposition: string): readonly (readonly [string, string, string])[] {
  const types = new Map(
    [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [
      name,
      type,
    ]),
  );
  return [...exposition.matchAll(/^# HELP (crossdock_\S+) (.*)$/gm)]
    .map(([, name = "", help = ""]) => [name, types.get(name) ?? "", help] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));
}

/** @returns the page with the table of these metrics in its place */
export function withTable(page: string, metrics: ReturnType<typeof metricsOf>): string {
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`The page has no ${START}`);
  const rows = metrics.map(([name, type, help]) => `| \`${name}\` | ${type} | ${help} |`);
  const table = ["| metric | type | what it tells |", "| --- | --- | --- |", ...rows].join("\n");
  return `${before}${START}\n\n${table}\n\n${END}${after}`;
}

/** @returns the rows of the page's table: name, type and help */
export function tableOf(page: string): ReturnType<typeof metricsOf> {
  const table = page.slice(page.indexOf(START), page.indexOf(END));
  return [...table.matchAll(/^\| `(crossdock_\w+)` +\| (\w+) +\| (.*?) +\|$/gm)].map(
    ([, name = "", type = "", help = ""]) => [name, type, help] as const,
  );
}
