import { useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useStore } from "../store.ts";
import { scheme } from "../theme/theme.ts";
import { count } from "./words.ts";

export type Series = { readonly name: string; readonly values: readonly (number | null)[] };

const HEIGHT = 220;
const COLOURS = 6;
const MS_PER_SECOND = 1_000;
const AXIS_FONT = "11px system-ui, sans-serif";
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [8, 3, 2, 3], [12, 4], [1, 4]];

/**
 * Lines over time, told apart by colour and dash. Whoever does not see it is told of each line in words.
 * @param times seconds since 1970, ascending
 */
export function TimeChart({
  title,
  times,
  series,
}: {
  readonly title: string;
  readonly times: readonly number[];
  readonly series: readonly Series[];
}) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useStore(scheme);
  useEffect(() => {
    const target = place.current;
    if (target === null) return undefined;
    const chart = new UPlot(
      optionsOf(target, series),
      [[...times], ...series.map(({ values }) => [...values])] as UPlot.AlignedData,
      target,
    );
    const resized = new ResizeObserver(() => {
      chart.setSize({ width: target.clientWidth, height: HEIGHT });
    });
    resized.observe(target);
    return () => {
      resized.disconnect();
      chart.destroy();
    };
  }, [times, series, drawn]);
  return (
    <figure className="chart">
      <div ref={place} className="plot" role="img" aria-label={summaryOf(title, series)} />
      <figcaption className="row legend">
        {series.map(({ name }, index) => (
          <span key={name} className="row">
            <svg width="22" height="8" aria-hidden>
              <line
                x1="0"
                y1="4"
                x2="22"
                y2="4"
                className={`stroke-${String((index % COLOURS) + 1)}`}
                strokeDasharray={DASHES[index % DASHES.length]?.join(" ")}
              />
            </svg>
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function optionsOf(target: HTMLElement, series: readonly Series[]): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const axis: UPlot.Axis = {
    stroke: style.getPropertyValue("--soft"),
    grid: { stroke: style.getPropertyValue("--line"), width: 1 },
    ticks: { show: false },
    font: AXIS_FONT,
  };
  return {
    width: target.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * MS_PER_SECOND), "Etc/UTC"),
    scales: { y: { range: (_chart, _low, high) => [0, Math.max(4, Math.ceil(high * 1.1))] } },
    axes: [
      { ...axis, values: (_chart, ticks) => ticks.map(timeLabel), space: 70 },
      { ...axis, size: 44, values: (_chart, ticks) => ticks.map((tick) => count(tick)) },
    ],
    series: [
      {},
      ...series.map(({ name }, index) => ({
        label: name,
        stroke: style.getPropertyValue(`--series-${String((index % COLOURS) + 1)}`),
        width: 2,
        dash: [...(DASHES[index % DASHES.length] ?? [])],
        points: { show: false },
      })),
    ],
  };
}

/** In UTC, as everything here: the time of day, and the date where a day begins. */
function timeLabel(seconds: number): string {
  const iso = new Date(seconds * MS_PER_SECOND).toISOString();
  const time = iso.slice(11, 16);
  return time === "00:00" ? iso.slice(5, 10) : seconds % 60 === 0 ? time : iso.slice(11, 19);
}

/** What a screen reader says of it. */
function summaryOf(title: string, series: readonly Series[]): string {
  const parts = series.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    const last = known.at(-1);
    return last === undefined
      ? `${name}: no data`
      : `${name}: now ${count(last)}, at most ${count(Math.max(...known))}`;
  });
  return `${title}. ${parts.join("; ")}.`;
}
