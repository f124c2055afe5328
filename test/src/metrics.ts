/**
 * The sum of a metric's samples, as the program counts them now.
 * @param name of a histogram its `_count` or `_sum`
 * @param labels only samples with these
 */
export async function readMetric(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const isDeclared = [name, name.replace(/_(count|sum)$/, "")].some((declared) =>
    text.includes(`# TYPE ${declared} `),
  );
  if (!isDeclared) throw new Error(`There is no metric ${name}.`);
  const samples = text.split("\n").filter((line) => line.split(/[{ ]/, 1)[0] === name);
  const wanted = samples.filter((line) =>
    Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
  );
  return wanted.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
