import { useMemo, useState } from "react";
import { TimeChart } from "../../components/chart.tsx";
import { Segments } from "../../components/controls.tsx";
import { Empty, Panel } from "../../components/panel.tsx";
import { words } from "../../components/words.ts";
import { flowHistory } from "../../generated/operations.ts";
import { usePolled } from "../../live/latest.ts";

const EVERY_MS = 60_000;
const MS_PER_SECOND = 1_000;
/** More lines than colours nobody tells apart: the stages with the most orders are drawn. */
const MAX_LINES = 6;
const SPANS = [
  { id: "1", name: "1 h" },
  { id: "6", name: "6 h" },
  { id: "24", name: "24 h" },
  { id: "168", name: "7 d" },
];

/** How many orders were in each stage over the last hours. */
export function FlowHistory() {
  const [hours, setHours] = useState("6");
  const { data } = usePolled(flowHistory, { hours: Number(hours) }, EVERY_MS);
  const samples = data?.flow.history;
  const times = useMemo(
    () => (samples ?? []).map(({ at }) => Date.parse(at) / MS_PER_SECOND),
    [samples],
  );
  const series = useMemo(() => {
    const most = new Map<string, number>();
    for (const { stages } of samples ?? []) {
      for (const { stage, count } of stages) most.set(stage, Math.max(count, most.get(stage) ?? 0));
    }
    const drawn = [...most].sort(([, a], [, b]) => b - a).slice(0, MAX_LINES);
    return drawn.map(([stage]) => ({
      name: words(stage),
      values: (samples ?? []).map(
        ({ stages }) => stages.find((each) => each.stage === stage)?.count ?? 0,
      ),
    }));
  }, [samples]);
  return (
    <Panel
      title="Orders over time"
      note={<Segments label="Over" options={SPANS} value={hours} onChange={setHours} />}
    >
      {times.length < 2 ? (
        <Empty title="Not enough counted yet">A sample is kept each minute: look again soon.</Empty>
      ) : (
        <TimeChart title="Open orders by stage" times={times} series={series} />
      )}
    </Panel>
  );
}
