import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { messageOf } from "../../api/api-error.ts";
import { request } from "../../api/request.ts";
import { Age, Due } from "../../components/age.tsx";
import { Button } from "../../components/controls.tsx";
import { Link } from "../../components/link.tsx";
import { Empty } from "../../components/panel.tsx";
import { Status } from "../../components/status.tsx";
import { instant, words } from "../../components/words.ts";
import { exception as exceptionById } from "../../generated/operations.ts";
import { openExceptions } from "../../live/exceptions.ts";
import { useStore } from "../../store.ts";
import { toneOfClass } from "./class-tone.ts";
import { Verbs, type Detail } from "./verbs.tsx";

/** One exception: what stopped and why, what to do, and the buttons that do it. */
export function ExceptionDetail({
  id,
  onClose,
}: {
  readonly id: string;
  readonly onClose: () => void;
}) {
  const row = useStore(openExceptions).rows.get(id);
  const heading = useRef<HTMLHeadingElement>(null);
  // What the stream tells of it (assigned, closed) is read again.
  const { data, error, refetch } = useQuery({
    queryKey: ["exception", id],
    queryFn: ({ signal }) => request(exceptionById, { id }, signal),
  });
  useEffect(() => {
    void refetch();
  }, [row, refetch]);
  const exception = data?.exception;
  const isThere = exception != null;
  useEffect(() => {
    if (isThere) heading.current?.focus();
  }, [isThere]);
  return (
    <section
      className="card detail"
      aria-label="Exception"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {exception == null ? "Exception" : words(exception.code)}
        </h2>
        <Button look="icon" aria-label="Close" onPress={onClose}>
          <X size={16} aria-hidden />
        </Button>
      </header>
      {error === null ? null : (
        <p className="notice" data-tone="bad" role="alert">
          {messageOf(error)}
        </p>
      )}
      {exception === null ? (
        <Empty title="There is no such exception">It may be of another system.</Empty>
      ) : null}
      {exception == null ? null : <Body exception={exception} />}
    </section>
  );
}

function Body({ exception }: { readonly exception: Detail }) {
  const { class: kind, summary, suggestedAction, payload, lastAnswer, resolvedAt } = exception;
  return (
    <div className="stack">
      <p className="wrap">{summary}</p>
      <div className="row">
        {kind == null ? null : <Status tone={toneOfClass(kind)}>{words(kind)}</Status>}
        <Status tone="idle">{words(exception.owner)}</Status>
        {exception.assignee == null ? null : <Status tone="info">{exception.assignee}</Status>}
      </div>
      {resolvedAt == null ? (
        <>
          <p className="notice">
            <strong>What to do: </strong>
            {suggestedAction.message}
          </p>
          <Verbs exception={exception} />
        </>
      ) : (
        <p className="notice">
          <strong>{words(exception.resolution ?? "closed")}</strong> by{" "}
          {exception.resolvedBy ?? "Crossdock"}, <Age since={resolvedAt} /> ago. {exception.note}
        </p>
      )}
      <Facts exception={exception} />
      {lastAnswer == null ? null : (
        <div>
          <h3>Last answer of the source</h3>
          <p className="wrap">
            {lastAnswer.status == null ? "" : `${String(lastAnswer.status)} `}
            {lastAnswer.code == null ? "" : <code>{lastAnswer.code} </code>}
            {lastAnswer.message}
          </p>
        </div>
      )}
      <div>
        <h3>What was asked for</h3>
        <pre className="json" tabIndex={0} aria-label="Payload">
          {JSON.stringify(payload, null, 2)}
        </pre>
      </div>
    </div>
  );
}

function Facts({ exception }: { readonly exception: Detail }) {
  const { subject, command, openedAt, dueAt, resolvedAt, correlationId, id } = exception;
  return (
    <dl className="facts">
      <dt>About</dt>
      <dd>{subject == null ? "—" : `${subject.typename} ${subject.id}`}</dd>
      {command == null ? null : (
        <>
          <dt>Command</dt>
          <dd>
            {command.type}, {words(command.status).toLowerCase()}, {String(command.attempts)}{" "}
            {command.attempts === 1 ? "attempt" : "attempts"}
            <br />
            <code className="soft">{command.id}</code>
          </dd>
        </>
      )}
      <dt>Waits</dt>
      <dd>
        <Age since={openedAt} /> <span className="soft">since {instant(openedAt)}</span>
      </dd>
      {resolvedAt == null ? (
        <>
          <dt>Due</dt>
          <dd>
            <Due at={dueAt} />
          </dd>
        </>
      ) : null}
      <dt>Transaction</dt>
      <dd>
        {correlationId == null ? (
          "—"
        ) : (
          <Link to={{ board: "transaction", id: correlationId, query: {} }}>{correlationId}</Link>
        )}
      </dd>
      <dt>Exception</dt>
      <dd>
        <code>{id}</code>
      </dd>
    </dl>
  );
}
