/** How a value is written. */
export type Unit = "short" | "s" | "reqps" | "percentunit" | "bytes" | "dateTimeFromNow";

export type Panel = {
  readonly title: string;
  /** What it shows, and when to worry. */
  readonly about: string;
  readonly unit: Unit;
  /** A number of now, or lines over time; lines when left out. */
  readonly kind?: "stat" | "timeseries";
  /** PromQL, and how a line is named. */
  readonly queries: readonly (readonly [expr: string, legend: string])[];
};

export type Board = {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
};

const COLUMNS = 24;
const PANEL_WIDTH = 8;
const PANEL_HEIGHT = 8;
const SCHEMA_VERSION = 39;

/** A board as Grafana imports it: three panels to a row, over the data source that is chosen there. */
export function grafanaOf({ uid, title, panels }: Board): object {
  return {
    uid,
    title,
    tags: ["crossdock"],
    schemaVersion: SCHEMA_VERSION,
    timezone: "browser",
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    templating: {
      list: [{ name: "source", label: "Data source", type: "datasource", query: "prometheus" }],
    },
    panels: panels.map((panel, index) => ({
      id: index + 1,
      title: panel.title,
      description: panel.about,
      type: panel.kind ?? "timeseries",
      datasource: { type: "prometheus", uid: "${source}" },
      gridPos: {
        h: PANEL_HEIGHT,
        w: PANEL_WIDTH,
        x: (index * PANEL_WIDTH) % COLUMNS,
        y: Math.floor((index * PANEL_WIDTH) / COLUMNS) * PANEL_HEIGHT,
      },
      fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
      targets: panel.queries.map(([expr, legendFormat], place) => ({
        refId: String.fromCharCode("A".charCodeAt(0) + place),
        expr,
        legendFormat,
      })),
    })),
  };
}
