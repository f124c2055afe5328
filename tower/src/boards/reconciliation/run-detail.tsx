import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "../../api/api-error.ts";
import { request } from "../../api/request.ts";
import { Age } from "../../components/age.tsx";
import { Button } from "../../components/controls.tsx";
import { Link } from "../../components/link.tsx";
import { Empty, Meter, Panel } from "../../components/panel.tsx";
import { Status } from "../../components/status.tsx";
import { tell } from "../../components/toasts.tsx";
import { count, counted, words } from "../../components/words.ts";
import {
  reconciliationRun,
  repairMismatches,
  type ReconciliationRunQuery,
} from "../../generated/operations.ts";
import { usePolled } from "../../live/latest.ts";
import { RunState } from "./reconciliation-board.tsx";

type Run = NonNullable<ReconciliationRunQuery["reconciliation"]>;
type Mismatch = Run["mismatches"][number];

const EVERY_MS = 2_000;

/** What one run found, and what can be repaired of it without a person. */
export function RunDetail({ id }: { readonly id: string }) {
  const { data, error } = usePolled(reconciliationRun, { id }, EVERY_MS);
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const run = data?.reconciliation;
  if (data === undefined) {
    return (
      <Panel title="What was found">
        {error === null ? (
          <p className="soft">Reading …</p>
        ) : (
          <p className="notice" data-tone="bad" role="alert">
            {messageOf(error)}
          </p>
        )}
      </Panel>
    );
  }
  if (run == null) {
    return (
      <Panel title="Run">
        <Empty title="There is no such run">Runs are kept for a while only.</Empty>
      </Panel>
    );
  }
  const repairable = run.mismatches.filter(
    (each) => each.repair != null && each.repairedAt == null,
  );
  const repair = async () => {
    setBusy(true);
    try {
      const { repairMismatches: after } = await request(repairMismatches, { reconciliationId: id });
      const refused = after.refused.length;
      tell(
        refused === 0 ? "ok" : "bad",
        `${String(after.done)} repaired, ${String(refused)} refused, ${String(after.remaining)} left.`,
      );
      await queries.invalidateQueries({ queryKey: [reconciliationRun.name] });
    } catch (fault) {
      tell("bad", messageOf(fault));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="What was found" note={<RunState run={run} />}>
      <div className="stack">
        {run.status === "RUNNING" ? (
          <div>
            <p className="soft">
              {count(run.compared)}
              {run.of == null ? "" : ` of ${count(run.of)}`} compared
            </p>
            <Meter part={run.of == null || run.of === 0 ? 0 : run.compared / run.of} />
          </div>
        ) : null}
        {run.unsettled === 0 ? null : (
          <p className="soft">
            {counted(run.unsettled, "thing")} never kept still and will be looked at again.
          </p>
        )}
        {repairable.length === 0 ? null : (
          <div className="row spread notice">
            <span>
              {counted(repairable.length, "mismatch", "mismatches")} can be repaired safely: nothing
              is written to a source.
            </span>
            <Button look="primary" isDisabled={isBusy} onPress={() => void repair()}>
              {isBusy ? "Repairing …" : "Repair"}
            </Button>
          </div>
        )}
        {run.mismatches.length === 0 ? (
          <Empty title={run.status === "RUNNING" ? "Nothing found so far" : "No difference"}>
            All systems that were asked say the same.
          </Empty>
        ) : (
          <Mismatches all={run.mismatches} />
        )}
      </div>
    </Panel>
  );
}

function Mismatches({ all }: { readonly all: readonly Mismatch[] }) {
  return (
    <div className="table">
      <table className="folds">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">About</th>
            <th scope="col">One says</th>
            <th scope="col">The other says</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {all.map((each) => (
            <tr key={each.id}>
              <td data-name="What">
                <strong>{words(each.kind)}</strong>
                <br />
                <span className="soft wrap">{each.summary}</span>
              </td>
              <td data-name="About" className="wrap">
                {each.subject.typename} {each.subject.id}
                <br />
                <span className="soft">{each.field}</span>
              </td>
              <td data-name="One says" className="wrap">
                {each.left}
                <br />
                <span className="soft">{each.leftSource}</span>
              </td>
              <td data-name="The other says" className="wrap">
                {each.right}
                <br />
                <span className="soft">{each.rightSource}</span>
              </td>
              <td data-name="State">
                <MismatchState mismatch={each} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MismatchState({ mismatch }: { readonly mismatch: Mismatch }) {
  const { repairedAt, repair, exceptionId } = mismatch;
  if (repairedAt != null) {
    return (
      <Status tone="ok">
        Repaired <Age since={repairedAt} /> ago
      </Status>
    );
  }
  return (
    <span className="row">
      {repair == null ? (
        <Status tone="warn">A person looks</Status>
      ) : (
        <Status tone="info">{words(repair.kind)}</Status>
      )}
      {exceptionId == null ? null : (
        <Link to={{ board: "exceptions", id: exceptionId, query: {} }}>Exception</Link>
      )}
    </span>
  );
}
