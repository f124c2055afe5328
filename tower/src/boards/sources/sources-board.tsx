import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "../../api/api-error.ts";
import { Age } from "../../components/age.tsx";
import { Button } from "../../components/controls.tsx";
import { Empty, Meter, Panel } from "../../components/panel.tsx";
import { Status, type Tone } from "../../components/status.tsx";
import { count, duration, milliseconds, share, words } from "../../components/words.ts";
import {
  pauses,
  sourcesChanged,
  type PauseScope,
  type PausesQuery,
  type SourceStateFragment,
} from "../../generated/operations.ts";
import { useLatest, usePolled } from "../../live/latest.ts";
import { PauseDialog, ResumeDialog } from "../pausing/pause-dialogs.tsx";

type Pause = PausesQuery["pauses"][number];
type Asked = {
  readonly verb: "pause" | "resume";
  readonly scope: PauseScope;
  readonly name: string;
};

const PAUSES_EVERY_MS = 2_000;
const STATES: Readonly<Record<SourceStateFragment["state"], readonly [Tone, string]>> = {
  CLOSED: ["ok", "Answers"],
  HALF_OPEN: ["warn", "Being tried"],
  OPEN: ["bad", "Does not answer"],
};
/** A budget that is used so far is told of before it is used up. */
const BUSY_SHARE = 0.8;

/** The systems behind us: whether they answer, how soon, how much of their budget is used, and what is held. */
export function SourcesBoard() {
  const { value, error } = useLatest(sourcesChanged);
  const held = usePolled(pauses, {}, PAUSES_EVERY_MS);
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const all = held.data?.pauses ?? [];
  const close = () => {
    setAsked(null);
    void queries.invalidateQueries({ queryKey: [pauses.name] });
  };
  return (
    <div className="stack">
      {error === null ? null : (
        <p className="notice" data-tone="bad" role="alert">
          {messageOf(error)}
        </p>
      )}
      <PauseList all={all} onAsk={setAsked} />
      {value === null ? (
        <p className="soft">Reading the sources …</p>
      ) : (
        <div className="cards">
          {value.sourcesChanged.map((source) => (
            <SourceCard key={source.name} source={source} pauses={all} onAsk={setAsked} />
          ))}
        </div>
      )}
      {asked?.verb === "pause" ? <PauseDialog {...asked} onClose={close} /> : null}
      {asked?.verb === "resume" ? <ResumeDialog {...asked} onClose={close} /> : null}
    </div>
  );
}

function PauseList({
  all,
  onAsk,
}: {
  readonly all: readonly Pause[];
  readonly onAsk: (asked: Asked) => void;
}) {
  if (all.length === 0) return null;
  return (
    <Panel title="Paused now">
      <div className="table">
        <table>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Why</th>
              <th scope="col">Since</th>
              <th scope="col" className="number">
                Holds
              </th>
              <th>
                <span className="hidden">Resume</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map(({ id, scope, name, reason, pausedBy, pausedAt, waiting }) => (
              <tr key={id}>
                <td>
                  <Status tone="warn">
                    {words(scope)} {name}
                  </Status>
                </td>
                <td className="wrap">
                  {reason} <span className="soft">({pausedBy})</span>
                </td>
                <td>
                  <Age since={pausedAt} />
                </td>
                <td className="number">{count(waiting)}</td>
                <td className="number">
                  <Button
                    aria-label={`Resume ${scope.toLowerCase()} ${name}`}
                    onPress={() => {
                      onAsk({ verb: "resume", scope, name });
                    }}
                  >
                    Resume
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function SourceCard({
  source,
  pauses: all,
  onAsk,
}: {
  readonly source: SourceStateFragment;
  readonly pauses: readonly Pause[];
  readonly onAsk: (asked: Asked) => void;
}) {
  const system = source.kind.toLowerCase();
  const [tone, name] = STATES[source.state];
  const isPaused = (scope: PauseScope) =>
    all.some((pause) => pause.scope === scope && pause.name === system);
  const verb = (scope: PauseScope, label: string) =>
    isPaused(scope) ? null : (
      <Button
        aria-label={`${label} of ${source.name}`}
        onPress={() => {
          onAsk({ verb: "pause", scope, name: system });
        }}
      >
        {label} …
      </Button>
    );
  const { callsLastMinute: calls, callBudgetPerMinute: budget } = source;
  const used = budget == null || budget === 0 ? null : calls / budget;
  return (
    <Panel
      title={source.name}
      note={
        <span className="row">
          <Status tone={tone}>{name}</Status>
          {isPaused("LANE") ? <Status tone="warn">Lane paused</Status> : null}
          {isPaused("SOURCE") ? <Status tone="warn">Source paused</Status> : null}
        </span>
      }
    >
      <div className="stack">
        <dl className="facts">
          <dt>Kind</dt>
          <dd>
            {source.kind} <span className="soft">by {source.adapter}</span>
          </dd>
          <dt>Latency</dt>
          <dd>
            {source.latencyP50Ms == null
              ? "no answer in 5 minutes"
              : `${milliseconds(source.latencyP50Ms)} half, ${milliseconds(source.latencyP99Ms ?? source.latencyP50Ms)} 99 of 100`}
          </dd>
          <dt>Freshness</dt>
          <dd>
            {source.lastEventAt == null ? (
              "no feed"
            ) : (
              <>
                last change <Age since={source.lastEventAt} /> ago
                {source.changeFeedLagSeconds == null
                  ? ""
                  : `, had after ${duration(source.changeFeedLagSeconds)}`}
              </>
            )}
          </dd>
          <dt>From cache</dt>
          <dd>{source.cacheHitRatio == null ? "nothing asked" : share(source.cacheHitRatio)}</dd>
          <dt>Calls a minute</dt>
          <dd>
            {count(calls)}
            {budget == null ? "" : ` of ${count(budget)}`}
            {source.rejectedLastMinute > 0 ? (
              <strong className="overdue">, {count(source.rejectedLastMinute)} refused</strong>
            ) : null}
          </dd>
        </dl>
        {used === null ? null : (
          <Meter part={used} {...(used >= BUSY_SHARE ? { tone: "warn" } : {})} />
        )}
        <Lanes source={source} />
        <div className="row">
          {verb("LANE", "Pause lane")}
          {verb("SOURCE", "Pause source")}
        </div>
      </div>
    </Panel>
  );
}

function Lanes({ source }: { readonly source: SourceStateFragment }) {
  return (
    <div className="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Calls for</th>
            <th scope="col" className="number">
              Waiting
            </th>
            <th scope="col" className="number">
              Under way
            </th>
            <th scope="col" className="number">
              Refused
            </th>
          </tr>
        </thead>
        <tbody>
          {source.lanes.map(({ lane, waiting, underWay, refused }) => (
            <tr key={lane}>
              <td>{words(lane)}</td>
              <td className="number">{count(waiting)}</td>
              <td className="number">{count(underWay)}</td>
              <td className="number">{count(refused)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {source.lanes.length === 0 ? (
        <Empty title="No lanes">It is asked without a budget.</Empty>
      ) : null}
    </div>
  );
}
