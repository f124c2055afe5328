import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "./program.ts";
import { withoutVariables } from "./promql.ts";

const FOLDER = join(ROOT, "deploy/observability");
export const RULES_FILE = join(FOLDER, "prometheus/alerts.yml");

const rulesFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Crossdock[A-Za-z]+$/),
          expr: z.string().min(1),
          for: z.string().optional(),
          labels: z.strictObject({
            severity: z.enum(["critical", "warning"]),
            owner: z.string().min(1),
          }),
          annotations: z.strictObject({
            summary: z.string().min(1),
            description: z.string().min(1),
            runbook_url: z.string().regex(/^docs\/runbooks\.md#[a-z-]+$/),
          }),
        }),
      ),
    }),
  ),
});
export type AlertRule = z.output<typeof rulesFile>["groups"][number]["rules"][number];

/** @throws {z.ZodError} a rule lacks what every rule has */
export function readAlertRules(): readonly AlertRule[] {
  const document: unknown = parse(readFileSync(RULES_FILE, "utf8"));
  return rulesFile.parse(document).groups.flatMap(({ rules }) => rules);
}

const dashboard = z.looseObject({
  panels: z.array(
    z.looseObject({ title: z.string(), targets: z.array(z.looseObject({ expr: z.string() })) }),
  ),
});
const DASHBOARDS = join(FOLDER, "grafana/dashboards");

export const dashboardFiles = (): readonly string[] => readdirSync(DASHBOARDS).sort();
export const readDashboard = (file: string): string => readFileSync(join(DASHBOARDS, file), "utf8");

/** Every expression of the rules and dashboards, with the place where it stands. */
export function allExpressions(): readonly { readonly place: string; readonly expr: string }[] {
  const ofRules = readAlertRules().map(({ alert, expr }) => ({ place: alert, expr }));
  const ofBoards = dashboardFiles().flatMap((file) =>
    dashboard
      .parse(JSON.parse(readDashboard(file)))
      .panels.flatMap(({ title, targets }) =>
        targets.map(({ expr }) => ({ place: `${file}: ${title}`, expr: withoutVariables(expr) })),
      ),
  );
  return [...ofRules, ...ofBoards];
}

/** The owners that have a receiver of their own, and the one that gets the rest. */
export function ownersWithReceiver(): readonly string[] {
  const { route, receivers } = z
    .looseObject({
      route: z.looseObject({
        receiver: z.string(),
        routes: z.array(z.looseObject({ matchers: z.array(z.string()), receiver: z.string() })),
      }),
      receivers: z.array(z.looseObject({ name: z.string() })),
    })
    .parse(parse(readFileSync(join(FOLDER, "alertmanager/alertmanager.yml"), "utf8")));
  const names = new Set(receivers.map(({ name }) => name));
  const routed = route.routes.flatMap(({ matchers, receiver }) =>
    matchers.includes(`owner="${receiver}"`) ? [receiver] : [],
  );
  return [...routed, route.receiver].filter((owner) => names.has(owner));
}
