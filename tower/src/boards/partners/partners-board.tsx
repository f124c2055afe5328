import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "../../api/api-error.ts";
import { Age } from "../../components/age.tsx";
import { Button } from "../../components/controls.tsx";
import { Empty, Meter, Panel } from "../../components/panel.tsx";
import { Status } from "../../components/status.tsx";
import { count, counted, share } from "../../components/words.ts";
import { partners, type PartnersQuery } from "../../generated/operations.ts";
import { usePolled } from "../../live/latest.ts";
import { PauseDialog, ResumeDialog } from "../pausing/pause-dialogs.tsx";

type Partner = PartnersQuery["partnerHealth"][number];

const EVERY_MS = 5_000;
/** Below this an operator looks; below the second he calls. */
const GOOD_RATIO = 0.99;
const BAD_RATIO = 0.9;
/** From a minute's quota so much used on, the partner is about to be refused. */
const BUSY_SHARE = 0.8;

/** Who works with us by program, and whether that goes well. */
export function PartnersBoard() {
  const { data, error } = usePolled(partners, {}, EVERY_MS);
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Partner | null>(null);
  const close = () => {
    setAsked(null);
    void queries.invalidateQueries({ queryKey: [partners.name] });
  };
  const all = data?.partnerHealth ?? [];
  return (
    <div className="stack">
      {error === null ? null : (
        <p className="notice" data-tone="bad" role="alert">
          {messageOf(error)}
        </p>
      )}
      <Panel
        title="Partners"
        note={data === undefined ? "Reading …" : counted(all.length, "partner")}
      >
        {data !== undefined && all.length === 0 ? (
          <Empty title="No partner is registered">
            <code>ctl partner register</code> makes one; what it sends is seen here from then on.
          </Empty>
        ) : (
          <div className="table">
            <table className="folds">
              <thead>
                <tr>
                  <th scope="col">Partner</th>
                  <th scope="col">State</th>
                  <th scope="col" className="number">
                    Last hour
                  </th>
                  <th scope="col" className="number">
                    Answered well
                  </th>
                  <th scope="col" className="number">
                    Refused
                  </th>
                  <th scope="col">Quota a minute</th>
                  <th scope="col">Last seen</th>
                  <th>
                    <span className="hidden">Pause</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {all.map((partner) => (
                  <PartnerRow key={partner.clientId} partner={partner} onAsk={setAsked} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {asked === null ? null : asked.isPaused ? (
        <ResumeDialog scope="PARTNER" name={asked.clientId} onClose={close} />
      ) : (
        <PauseDialog scope="PARTNER" name={asked.clientId} onClose={close} />
      )}
    </div>
  );
}

function PartnerRow({
  partner,
  onAsk,
}: {
  readonly partner: Partner;
  readonly onAsk: (partner: Partner) => void;
}) {
  const { clientId, name, channel, successRatio, pointsLastMinute, pointsPerMinute, lastSeenAt } =
    partner;
  const used = pointsPerMinute === 0 ? 0 : pointsLastMinute / pointsPerMinute;
  return (
    <tr>
      <td data-name="Partner">
        <strong>{name}</strong>
        <br />
        <span className="soft">
          {clientId} · {channel}
        </span>
      </td>
      <td data-name="State">{stateOf(partner)}</td>
      <td data-name="Last hour" className="number">
        {count(partner.requestsLastHour)}
      </td>
      <td data-name="Answered well" className="number">
        {successRatio == null ? "—" : share(successRatio)}
      </td>
      <td data-name="Refused" className="number">
        {count(partner.refusedLastHour)}
      </td>
      <td data-name="Quota a minute">
        {count(Math.round(pointsLastMinute))}{" "}
        <span className="soft">of {count(pointsPerMinute)} points</span>
        <Meter part={used} {...(used >= BUSY_SHARE ? { tone: "warn" } : {})} />
      </td>
      <td data-name="Last seen">
        {lastSeenAt == null ? "not in 90 days" : <Age since={lastSeenAt} />}
      </td>
      <td className="number">
        <Button
          aria-label={`${partner.isPaused ? "Resume" : "Pause"} ${name}`}
          onPress={() => {
            onAsk(partner);
          }}
        >
          {partner.isPaused ? "Resume" : "Pause …"}
        </Button>
      </td>
    </tr>
  );
}

function stateOf({ isSuspended, isPaused, successRatio }: Partner) {
  if (isSuspended) return <Status tone="bad">Suspended</Status>;
  if (isPaused) return <Status tone="warn">Paused</Status>;
  if (successRatio == null) return <Status tone="idle">Quiet</Status>;
  if (successRatio < BAD_RATIO) return <Status tone="bad">Failing</Status>;
  if (successRatio < GOOD_RATIO) return <Status tone="warn">Degraded</Status>;
  return <Status tone="ok">Well</Status>;
}
