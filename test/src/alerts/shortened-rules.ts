import { stringify } from "yaml";
import { readAlertRules, type AlertRule } from "../observability-files.ts";

/** Windows of rates and increases are so many times shorter than in production. */
const WINDOW_FACTOR = 10;
/** How long a condition has to hold before it fires, whatever it is in production. */
const FOR = "1s";
/** Of those ages and numbers that take long to come to: what is in production, and what is here. */
const SOONER: Readonly<Record<string, readonly [string, string]>> = {
  CrossdockInventoryStale: ["> 300", "> 12"],
  CrossdockQueueAge: ["> 300", "> 10"],
  CrossdockQueueDepth: ["> 5000", "> 2"],
  CrossdockEventConsumerLag: ["> 120", "> 10"],
  CrossdockWebhookBehind: ["> 900", "> 10"],
  // No disk is fuller for a test.
  CrossdockDiskFull: ["< 0.1", "< 1"],
};

/** The rules of production as a file that fires within seconds. @throws {Error} a number that is to be shortened is gone */
export function shortenedRules(): string {
  const rules = readAlertRules().map((rule) => ({
    ...rule,
    expr: sooner(rule),
    ...(rule.for === undefined ? {} : { for: FOR }),
  }));
  return stringify({ groups: [{ name: "crossdock", rules }] });
}

function sooner({ alert, expr }: AlertRule): string {
  const windows = expr.replaceAll(
    /\[(\d+)([mh])\]/g,
    (_text, count: string, unit: string) =>
      `[${String((Number(count) * (unit === "h" ? 3_600 : 60)) / WINDOW_FACTOR)}s]`,
  );
  const change = SOONER[alert];
  if (change === undefined) return windows;
  const [there, here] = change;
  if (!windows.includes(there)) throw new Error(`${alert} does not compare with ${there}.`);
  return windows.replace(there, here);
}
