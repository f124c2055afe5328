import { useMemo, useState } from "react";
import { request } from "../../api/request.ts";
import { Field } from "../../components/controls.tsx";
import { AskDialog } from "../../components/dialog.tsx";
import { editAndRetryCommand } from "../../generated/operations.ts";
import { editableValues, mergePatchOf } from "./edit-form.ts";
import { NoteField } from "./note-field.tsx";
import type { Detail } from "./verbs.tsx";

/** Changes what the command asks for, where its definition allows it, and tries again. */
export function EditDialog({
  exception,
  commandId,
  onClose,
  onDone,
}: {
  readonly exception: Detail;
  readonly commandId: string;
  readonly onClose: () => void;
  readonly onDone: (what: string) => Promise<void>;
}) {
  const { payload, editableFields } = exception;
  const values = useMemo(() => editableValues(payload, editableFields), [payload, editableFields]);
  const [changed, setChanged] = useState<ReadonlyMap<string, string>>(new Map());
  const [note, setNote] = useState("");
  const isChanged = values.some(({ path, value }) => {
    const next = changed.get(path.join("."));
    return next !== undefined && next !== value;
  });
  return (
    <AskDialog
      title="Edit and retry"
      verb="Save and retry"
      isReady={isChanged && note.trim() !== ""}
      onClose={onClose}
      onDo={async () => {
        const changes = mergePatchOf(payload, values, changed);
        if (changes === null) throw new Error("Nothing was changed.");
        await request(editAndRetryCommand, { id: commandId, changes, note });
        await onDone("edited, and tried again.");
      }}
    >
      {values.map(({ path, label, value, isJson }) => {
        const key = path.join(".");
        const isLong = isJson && value.includes("\n");
        return (
          <Field
            key={key}
            label={label}
            value={changed.get(key) ?? value}
            onChange={(next) => {
              setChanged(new Map(changed).set(key, next));
            }}
            lines={isLong ? 6 : 1}
            isCode={isJson}
            {...(changed.has(key) && changed.get(key) !== value
              ? { hint: `Was ${value === "" ? "empty" : value}` }
              : {})}
          />
        );
      })}
      <NoteField label="Why" value={note} onChange={setNote} />
    </AskDialog>
  );
}
