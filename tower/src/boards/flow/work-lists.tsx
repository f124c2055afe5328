import { useState } from "react";
import { Age } from "../../components/age.tsx";
import { Button, Choice } from "../../components/controls.tsx";
import { Link } from "../../components/link.tsx";
import { Empty, Panel } from "../../components/panel.tsx";
import { counted, duration } from "../../components/words.ts";
import { workList, type WorkListKind } from "../../generated/operations.ts";
import { usePolled } from "../../live/latest.ts";
import { go, route } from "../../routing/route.ts";
import { useStore } from "../../store.ts";

const KINDS: readonly { readonly id: WorkListKind; readonly name: string }[] = [
  { id: "STUCK_BETWEEN_STAGES", name: "Stuck between stages" },
  { id: "PENDING_ERP_CREATION", name: "Not in the ERP yet" },
  { id: "SHIPPED_NOT_INVOICED", name: "Shipped, not billed" },
  { id: "DELAYED_ALLOCATIONS", name: "Backorders past their promise" },
  { id: "EVENTS_NOT_CONSUMED", name: "Events not consumed" },
  { id: "SHIPMENTS_AWAITING_PORTAL", name: "Shipments the portal does not know" },
];
const EVERY_MS = 5_000;
const FIRST = 20;
const MAX_SHOWN = 100;

/** What has waited for longer than it should, oldest first. */
export function WorkLists() {
  const { query } = useStore(route);
  const kind = KINDS.find(({ id }) => id === query["list"])?.id ?? "STUCK_BETWEEN_STAGES";
  const [first, setFirst] = useState(FIRST);
  const { data, error } = usePolled(workList, { kind, first }, EVERY_MS);
  const items = data?.workList.edges.map(({ node }) => node) ?? [];
  const total = data?.workList.totalCount;
  return (
    <Panel
      title="Work lists"
      note={data === undefined ? "Reading …" : total == null ? "very many" : told(total)}
    >
      <div className="stack">
        <Choice
          label="What has waited for too long"
          options={KINDS}
          value={kind}
          onChange={(list) => {
            setFirst(FIRST);
            go({ board: "flow", id: null, query: { ...query, list } });
          }}
        />
        {error === null ? null : (
          <p className="notice" data-tone="bad">
            This list cannot be read now.
          </p>
        )}
        {data !== undefined && items.length === 0 ? (
          <Empty title="Nothing waits for too long">All of it is within its time.</Empty>
        ) : (
          <ul className="list">
            {items.map((item) => (
              <li key={item.id}>
                <span className="two-lines">
                  <span>
                    {item.correlationId == null ? (
                      `${item.subject.typename} ${item.subject.id}`
                    ) : (
                      <Link to={{ board: "transaction", id: item.correlationId, query: {} }}>
                        {item.subject.typename} {item.subject.id}
                      </Link>
                    )}
                  </span>
                  <small title={item.summary}>{item.summary}</small>
                </span>
                <span className="number" title={`Late after ${duration(item.thresholdSeconds)}`}>
                  <Age since={item.since} />
                </span>
              </li>
            ))}
          </ul>
        )}
        {data?.workList.pageInfo.hasNextPage === true && first < MAX_SHOWN ? (
          <Button
            onPress={() => {
              setFirst(MAX_SHOWN);
            }}
          >
            Show more
          </Button>
        ) : null}
      </div>
    </Panel>
  );
}

function told(total: number): string {
  return total === 0 ? "none" : counted(total, "thing");
}
