import { messageOf } from "../../api/api-error.ts";
import { Segments } from "../../components/controls.tsx";
import { Link } from "../../components/link.tsx";
import { Empty, Panel, Stat, Stats } from "../../components/panel.tsx";
import { Status } from "../../components/status.tsx";
import { count, duration, timeOfDay, words } from "../../components/words.ts";
import { flowChanged, type FlowStateFragment } from "../../generated/operations.ts";
import { useLatest } from "../../live/latest.ts";
import { go, route } from "../../routing/route.ts";
import { useStore } from "../../store.ts";
import { FlowHistory } from "./flow-history.tsx";
import { WorkLists } from "./work-lists.tsx";

type Stage = FlowStateFragment["openOrdersByStage"][number];
const ALL = "";

/** How the open orders stand, by stage and warehouse, and what has waited for too long. */
export function FlowBoard() {
  const { query } = useStore(route);
  const { value, error } = useLatest(flowChanged);
  const flow = value?.flowChanged ?? null;
  const warehouse = query["warehouse"] ?? ALL;
  const stages =
    flow?.byWarehouse.find((each) => each.warehouse === warehouse)?.openOrdersByStage ??
    flow?.openOrdersByStage ??
    [];
  return (
    <div className="stack">
      {error === null ? null : (
        <p className="notice" data-tone="bad" role="alert">
          {messageOf(error)}
        </p>
      )}
      <Figures flow={flow} />
      <Panel
        title="Open orders by stage"
        note={flow === null ? "Reading …" : `counted ${timeOfDay(flow.measuredAt)} UTC`}
      >
        <div className="stack">
          {flow === null || flow.byWarehouse.length === 0 ? null : (
            <Segments
              label="Warehouse"
              options={[
                { id: "all", name: "All" },
                ...flow.byWarehouse.map(({ warehouse: id }) => ({ id, name: id })),
              ]}
              value={warehouse === ALL ? "all" : warehouse}
              onChange={(id) => {
                const rest = { ...query, warehouse: id === "all" ? ALL : id };
                go({ board: "flow", id: null, query: rest });
              }}
            />
          )}
          {flow !== null && stages.length === 0 ? (
            <Empty title="No order is open">All that was ordered is billed, or over.</Empty>
          ) : (
            <Stages stages={stages} />
          )}
        </div>
      </Panel>
      <div className="columns">
        <FlowHistory />
        <WorkLists />
      </div>
    </div>
  );
}

function Figures({ flow }: { readonly flow: FlowStateFragment | null }) {
  const open = flow?.openOrdersByStage.reduce((sum, stage) => sum + stage.count, 0);
  const late = flow?.openOrdersByStage.reduce((sum, stage) => sum + stage.late, 0) ?? 0;
  const seconds = (value: number | null | undefined) => (value == null ? "—" : duration(value));
  const deadLettered = flow?.deadLettered;
  return (
    <Stats>
      <Stat
        name="Open orders"
        value={open === undefined ? "—" : count(open)}
        note={
          late === 0 ? (
            "none late in its stage"
          ) : (
            <span className="overdue">{count(late)} late</span>
          )
        }
      />
      <Stat
        name="Shipment to bill"
        value={seconds(flow?.shipmentToInvoiceP50Seconds)}
        note={`half; 95 of 100 within ${seconds(flow?.shipmentToInvoiceP95Seconds)}`}
      />
      <Stat
        name="Oldest in the queue"
        value={seconds(flow?.oldestQueuedSeconds)}
        note={`${count(flow?.commandsInFlight ?? 0)} commands under way`}
      />
      <Stat
        name="Stock told within"
        value={seconds(flow?.inventoryFreshnessP95Seconds)}
        note="of 95 of 100 products"
      />
      <Stat
        name="Wait for a person"
        value={
          deadLettered === undefined ? (
            "—"
          ) : (
            <Link to={{ board: "exceptions", id: null, query: {} }}>{count(deadLettered)}</Link>
          )
        }
        note={deadLettered === 0 ? "nothing to do" : "commands stopped"}
      />
    </Stats>
  );
}

function Stages({ stages }: { readonly stages: readonly Stage[] }) {
  const most = Math.max(1, ...stages.map((stage) => stage.count));
  return (
    <div className="table">
      <table className="stages">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col" className="number">
              Orders
            </th>
            <th scope="col" className="bar-cell">
              <span className="hidden">Share</span>
            </th>
            <th scope="col" className="number">
              Oldest
            </th>
            <th scope="col" className="number">
              Late after
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ stage, count: orders, oldestSeconds, thresholdSeconds, late }) => (
            <tr key={stage}>
              <td>{words(stage)}</td>
              <td className="number">{count(orders)}</td>
              <td className="bar-cell" aria-hidden>
                <span className="bar">
                  <span style={{ width: `${((100 * (orders - late)) / most).toFixed(1)}%` }} />
                  <span
                    className="late"
                    style={{ width: `${((100 * late) / most).toFixed(1)}%` }}
                  />
                </span>
              </td>
              <td className="number">{duration(oldestSeconds)}</td>
              <td className="number">
                {thresholdSeconds == null ? "—" : duration(thresholdSeconds)}
              </td>
              <td>
                {late > 0 ? (
                  <Status tone="warn">{count(late)} late</Status>
                ) : (
                  <Status tone="ok">In time</Status>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
