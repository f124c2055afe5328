import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "../../api/api-error.ts";
import { request } from "../../api/request.ts";
import { Button, Field } from "../../components/controls.tsx";
import { AskDialog } from "../../components/dialog.tsx";
import { tell } from "../../components/toasts.tsx";
import { words } from "../../components/words.ts";
import {
  assignException,
  resolveException,
  retryCommand,
  skipCommand,
  type ExceptionQuery,
} from "../../generated/operations.ts";
import { EditDialog } from "./edit-dialog.tsx";
import { NoteField } from "./note-field.tsx";
import { ResolveDialog } from "./resolve-dialog.tsx";

export type Detail = NonNullable<ExceptionQuery["exception"]>;

const MAX_ASSIGNEE = 100;

type Asked = "edit" | "skip" | "resolve" | "assign";

/** The buttons of one exception, and what they ask for. What came of it is what the server says, then the list's stream. */
export function Verbs({ exception }: { readonly exception: Detail }) {
  const [asks, setAsks] = useState<Asked | null>(null);
  const [isBusy, setBusy] = useState(false);
  const queries = useQueryClient();
  const { command } = exception;
  const done = async (what: string) => {
    tell("ok", `${words(exception.code)}: ${what}`);
    await queries.invalidateQueries({ queryKey: ["exception", exception.id] });
  };
  const retry = async () => {
    if (command == null) return;
    setBusy(true);
    try {
      const { retryCommand: after } = await request(retryCommand, { id: command.id });
      await done(`tried again, now ${words(after.status).toLowerCase()}.`);
    } catch (error) {
      tell("bad", messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const button = (what: Asked, name: string, key?: string) => (
    <Button
      data-key={key}
      onPress={() => {
        setAsks(what);
      }}
    >
      {name}
    </Button>
  );
  const close = () => {
    setAsks(null);
  };
  return (
    <>
      <div className="row" role="group" aria-label="What you can do">
        {command == null ? null : (
          <Button look="primary" isDisabled={isBusy} data-key="r" onPress={() => void retry()}>
            {isBusy ? "Trying …" : "Retry"}
          </Button>
        )}
        {exception.editable ? button("edit", "Edit and retry …", "e") : null}
        {command == null ? null : button("skip", "Skip …", "s")}
        {button("resolve", "Resolve …", "x")}
        {button("assign", exception.assignee == null ? "Assign …" : "Reassign …", "a")}
      </div>
      {asks === "edit" && command != null ? (
        <EditDialog exception={exception} commandId={command.id} onClose={close} onDone={done} />
      ) : null}
      {asks === "skip" && command != null ? (
        <SkipDialog commandId={command.id} onClose={close} onDone={done} />
      ) : null}
      {asks === "resolve" ? (
        <ResolveDialog
          title="Resolve"
          verb="Resolve"
          onClose={close}
          onResolve={async (resolution, note) => {
            await request(resolveException, { id: exception.id, resolution, note });
            await done(`resolved as ${resolution.toLowerCase()}.`);
          }}
        />
      ) : null}
      {asks === "assign" ? (
        <AssignDialog exception={exception} onClose={close} onDone={done} />
      ) : null}
    </>
  );
}

type DialogProps = {
  readonly onClose: () => void;
  readonly onDone: (what: string) => Promise<void>;
};

function SkipDialog({ commandId, onClose, onDone }: DialogProps & { readonly commandId: string }) {
  const [note, setNote] = useState("");
  return (
    <AskDialog
      title="Skip this step"
      verb="Skip"
      isReady={note.trim() !== ""}
      onClose={onClose}
      onDo={async () => {
        await request(skipCommand, { id: commandId, note });
        await onDone("skipped.");
      }}
    >
      <p>It is left out for good, and what it is a step of goes on as if it were done.</p>
      <NoteField label="Why" value={note} onChange={setNote} />
    </AskDialog>
  );
}

function AssignDialog({
  exception,
  onClose,
  onDone,
}: DialogProps & { readonly exception: Detail }) {
  const [name, setName] = useState(exception.assignee ?? "");
  return (
    <AskDialog
      title="Who works on it?"
      verb="Assign"
      onClose={onClose}
      onDo={async () => {
        const assignee = name.trim() === "" ? null : name.trim();
        await request(assignException, { id: exception.id, assignee });
        await onDone(assignee === null ? "nobody's now." : `assigned to ${assignee}.`);
      }}
    >
      <Field
        label="Person or team"
        hint="Empty: nobody."
        value={name}
        onChange={setName}
        maxLength={MAX_ASSIGNEE}
      />
    </AskDialog>
  );
}
