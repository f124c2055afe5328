import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "../../api/api-error.ts";
import { Button, Field } from "../../components/controls.tsx";
import { Empty, Panel } from "../../components/panel.tsx";
import { Status } from "../../components/status.tsx";
import { counted, duration, instant } from "../../components/words.ts";
import type { TransactionQuery } from "../../generated/operations.ts";
import { go, route } from "../../routing/route.ts";
import { useStore } from "../../store.ts";
import { findTransaction } from "./find-transaction.ts";
import { StepDetail } from "./step-detail.tsx";
import { StepTable } from "./step-table.tsx";
import { Timeline } from "./timeline.tsx";

export type Transaction = NonNullable<TransactionQuery["businessTransaction"]>;
export type Step = Transaction["steps"][number];

const EVERY_MS = 2_000;
const MS_PER_SECOND = 1_000;

/** Everything that one order, or one request, has set off over all systems. */
export function TransactionBoard() {
  const { id, query } = useStore(route);
  const { data, error, isPending } = useQuery({
    queryKey: ["transaction", id],
    queryFn: ({ signal }) => findTransaction(id ?? "", signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.isOver === true ? false : EVERY_MS),
  });
  return (
    <div className="stack">
      <Search key={id ?? ""} id={id ?? ""} />
      {error === null ? null : (
        <p className="notice" data-tone="bad" role="alert">
          {messageOf(error)}
        </p>
      )}
      {id === null ? (
        <div className="card">
          <Empty title="Which order?">
            Give an order number, an order&apos;s id or a correlation id: its whole way over all
            systems is drawn.
          </Empty>
        </div>
      ) : isPending ? (
        <p className="soft">Looking for {id} …</p>
      ) : data == null ? (
        <div className="card">
          <Empty title="Nothing is known of that">
            Neither an order nor a request of the time that is kept has the name {id}.
          </Empty>
        </div>
      ) : (
        <Found transaction={data} stepId={query["step"] ?? null} />
      )}
    </div>
  );
}

function Search({ id }: { readonly id: string }) {
  const [text, setText] = useState(id);
  return (
    <form
      className="row find-transaction"
      role="search"
      aria-label="Transaction"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") go({ board: "transaction", id: text.trim(), query: {} });
      }}
    >
      <Field label="Order number or correlation id" value={text} onChange={setText} />
      <Button type="submit" look="primary">
        Show
      </Button>
    </form>
  );
}

function Found({
  transaction,
  stepId,
}: {
  readonly transaction: Transaction;
  readonly stepId: string | null;
}) {
  const { correlationId, startedAt, lastAt, isOver, steps, systems, subjects } = transaction;
  const { id } = useStore(route);
  const step = steps.find((each) => each.id === stepId) ?? null;
  const choose = (chosen: Step) => {
    go({ board: "transaction", id, query: { step: chosen.id } }, "replace");
  };
  const took = (Date.parse(lastAt) - Date.parse(startedAt)) / MS_PER_SECOND;
  return (
    <>
      <Panel
        title={subjects[0] === undefined ? "Request" : `${subjects[0].typename} ${subjects[0].id}`}
        note={isOver ? <Status tone="ok">Over</Status> : <Status tone="info">Goes on</Status>}
      >
        <dl className="facts">
          <dt>Began</dt>
          <dd>
            {instant(startedAt)}, {duration(took)} until its last step
          </dd>
          <dt>Systems</dt>
          <dd>{systems.join(", ")}</dd>
          <dt>About</dt>
          <dd>{subjects.map(({ typename, id: named }) => `${typename} ${named}`).join(", ")}</dd>
          <dt>Correlation id</dt>
          <dd>
            <code>{correlationId}</code>
          </dd>
        </dl>
      </Panel>
      <Timeline steps={steps} systems={systems} chosen={step} onChoose={choose} />
      {step === null ? null : <StepDetail step={step} />}
      <Panel title="Steps" note={counted(steps.length, "step")}>
        <StepTable steps={steps} chosen={step} onChoose={choose} />
      </Panel>
    </>
  );
}
