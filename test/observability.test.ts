import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allBoards } from "../deploy/observability/grafana/all-boards.ts";
import { grafanaOf } from "../deploy/observability/grafana/board.ts";
import {
  allExpressions,
  dashboardFiles,
  ownersWithReceiver,
  readAlertRules,
  readDashboard,
} from "./src/observability-files.ts";
import { ROOT } from "./src/program.ts";
import { readPromql } from "./src/promql.ts";

const rules = readAlertRules();

test.each(allExpressions())("what $place asks is PromQL, of metrics by their names", ({ expr }) => {
  const { selectors } = readPromql(expr);
  expect(selectors.length).toBeGreaterThan(0);
  for (const { metric } of selectors) expect(metric).toMatch(/^(crossdock_[a-z0-9_]+|up)$/);
});

test("the reader sees what is no PromQL, and which labels are asked for", () => {
  expect(() => readPromql("sum(rate(x[5m])")).toThrow("No PromQL");
  expect(readPromql('sum by (a) (rate(x_total{b="1",c!=""}[5m])) / max(y)')).toEqual({
    selectors: [
      { metric: "x_total", labels: ["b", "c"] },
      { metric: "y", labels: [] },
    ],
    groupings: ["a"],
  });
});

test("every alert has a name of its own, and every owner somebody who is told", () => {
  const names = rules.map(({ alert }) => alert);
  expect(new Set(names).size).toBe(names.length);
  const owners = new Set(rules.map(({ labels }) => labels.owner));
  expect([...owners].filter((owner) => !ownersWithReceiver().includes(owner))).toEqual([]);
});

test("every alert leads to its paragraph of the runbooks, and every paragraph has its alert", () => {
  const text = readFileSync(join(ROOT, "docs/runbooks.md"), "utf8");
  const anchors = [...text.matchAll(/^### (.+)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll(" ", "-"),
  );
  const led = rules.map(({ annotations }) => annotations.runbook_url.split("#")[1] ?? "");
  expect(anchors.toSorted()).toEqual(led.toSorted());
});

test("the dashboards are what their boards make, `node --import tsx deploy/observability/grafana/build-boards-cli.ts` writes them", () => {
  const built = allBoards.map((board) => [`${board.uid}.json`, grafanaOf(board)]);
  const kept = dashboardFiles().map((file) => [file, JSON.parse(readDashboard(file)) as unknown]);
  expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(built));
});
