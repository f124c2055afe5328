import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Segments } from "../../components/controls.tsx";
import { Panel } from "../../components/panel.tsx";
import { duration, instant, milliseconds, timeOfDay, words } from "../../components/words.ts";
import { inRows, timeScale, type Placed } from "./time-scale.ts";
import type { Step } from "./transaction-board.tsx";

const ROW_PX = 24;
/** Free space behind a bar, of the width: two dots beside each other are told apart. */
const ROOM = 0.012;
const MS_PER_SECOND = 1_000;

type Lane = {
  readonly system: string;
  readonly bars: readonly (Placed<Step> & { readonly row: number })[];
  readonly rows: number;
};

/**
 * A lane for each system and a bar for each step, as long as it took. Arrows left and right go along time, up and down from
 * system to system; the table below it has the same in words.
 */
export function Timeline({
  steps,
  systems,
  chosen,
  onChoose,
}: {
  readonly steps: readonly Step[];
  readonly systems: readonly string[];
  readonly chosen: Step | null;
  readonly onChoose: (step: Step) => void;
}) {
  const [kind, setKind] = useState("short");
  const place = useRef<HTMLDivElement>(null);
  const { lanes, breaks } = useMemo(
    () => draw(steps, systems, kind === "short"),
    [steps, systems, kind],
  );
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return null;
  const tabStop = chosen ?? first;
  const pressed = (event: KeyboardEvent) => {
    const next = neighbour(event.key, tabStop, steps, lanes);
    if (next === null) return;
    event.preventDefault();
    onChoose(next);
    place.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(next.id)}"]`)?.focus();
  };
  return (
    <Panel
      title="Timeline"
      note={
        <Segments
          label="Pauses"
          options={[
            { id: "short", name: "Pauses shortened" },
            { id: "true", name: "True to time" },
          ]}
          value={kind}
          onChange={setKind}
        />
      }
    >
      <div className="timeline-scroll" tabIndex={-1}>
        <div
          ref={place}
          className="timeline"
          role="group"
          aria-label="Timeline: arrow keys go from step to step"
          onKeyDown={pressed}
        >
          {lanes.map(({ system, bars, rows }) => (
            <div key={system} className="lane" role="group" aria-label={system}>
              <div className="lane-name">{system}</div>
              <div className="lane-bars" style={{ height: rows * ROW_PX + 8 }}>
                {breaks.map(({ at, ms }) => (
                  <span
                    key={at}
                    className="break"
                    style={{ left: `${(at * 100).toFixed(3)}%` }}
                    title={`Nothing happened for ${duration(ms / MS_PER_SECOND)}`}
                  />
                ))}
                {bars.map(({ item, left, right, row }) => (
                  <button
                    key={item.id}
                    type="button"
                    data-step={item.id}
                    data-kind={item.kind}
                    aria-pressed={chosen?.id === item.id}
                    aria-label={labelOf(item)}
                    title={`${item.summary}\n${instant(item.startedAt)}`}
                    tabIndex={item.id === tabStop.id ? 0 : -1}
                    className={`bar-step${isBad(item) ? " failed" : ""}`}
                    style={{
                      left: `${(left * 100).toFixed(3)}%`,
                      width: `max(12px, ${((right - left) * 100).toFixed(3)}%)`,
                      top: row * ROW_PX + 6,
                    }}
                    onClick={() => {
                      onChoose(item);
                    }}
                  >
                    <span>{item.name}</span>
                  </button>
                ))}
              </div>
            </div>
          ))}
          <div className="lane ends" aria-hidden>
            <div className="lane-name" />
            <div className="row spread soft">
              <span>{timeOfDay(first.startedAt)}</span>
              <span>{timeOfDay(last.endedAt ?? last.startedAt)} UTC</span>
            </div>
          </div>
        </div>
      </div>
      <Legend steps={steps} />
    </Panel>
  );
}

function Legend({ steps }: { readonly steps: readonly Step[] }) {
  const kinds = [...new Set(steps.map(({ kind }) => kind))];
  return (
    <div className="row legend">
      {kinds.map((kind) => (
        <span key={kind} className="row">
          <span className="key" data-kind={kind} aria-hidden />
          {words(kind)}
        </span>
      ))}
    </div>
  );
}

function draw(steps: readonly Step[], systems: readonly string[], isShortened: boolean) {
  const spanOf = ({ startedAt, endedAt }: Step) => {
    const startMs = Date.parse(startedAt);
    return { startMs, endMs: Math.max(startMs, endedAt == null ? startMs : Date.parse(endedAt)) };
  };
  const { place, breaks } = timeScale(steps.map(spanOf), isShortened);
  const lanes = systems.map((system): Lane => {
    const placed = steps
      .filter((step) => step.system === system)
      .map((item) => {
        const { startMs, endMs } = spanOf(item);
        return { item, left: place(startMs), right: place(endMs) };
      });
    const bars = inRows(placed, ROOM);
    return { system, bars, rows: Math.max(1, ...bars.map(({ row }) => row + 1)) };
  });
  return { lanes, breaks };
}

/** Where an arrow leads; `null`: not an arrow, or nowhere. */
function neighbour(
  key: string,
  from: Step,
  steps: readonly Step[],
  lanes: readonly Lane[],
): Step | null {
  const at = steps.findIndex(({ id }) => id === from.id);
  if (key === "ArrowRight") return steps[at + 1] ?? null;
  if (key === "ArrowLeft") return steps[at - 1] ?? null;
  if (key === "Home") return steps[0] ?? null;
  if (key === "End") return steps.at(-1) ?? null;
  const turn = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  if (turn === 0) return null;
  const lane = lanes.findIndex(({ system }) => system === from.system);
  const left = lanes[lane]?.bars.find(({ item }) => item.id === from.id)?.left ?? 0;
  const bars = lanes[lane + turn]?.bars ?? [];
  const nearest = [...bars].sort((a, b) => Math.abs(a.left - left) - Math.abs(b.left - left))[0];
  return nearest?.item ?? null;
}

function labelOf({ kind, name, system, outcome, durationMs, startedAt }: Step): string {
  const parts = [words(kind), name, `at ${system}`, `${timeOfDay(startedAt)} UTC`];
  if (durationMs != null) parts.push(milliseconds(durationMs));
  if (outcome != null) parts.push(outcome);
  return parts.join(", ");
}

/** What did not go well is marked, whatever its kind. */
export function isBad({ kind, outcome }: Step): boolean {
  return kind === "EXCEPTION" || /REJECT|DEAD|FAIL|ERROR|REFUS|UNKNOWN/.test(outcome ?? "");
}
