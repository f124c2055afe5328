import { useState } from "react";
import { Choice, type Option } from "../../components/controls.tsx";
import { AskDialog } from "../../components/dialog.tsx";
import type { ExceptionResolution } from "../../generated/operations.ts";
import { NoteField } from "./note-field.tsx";

/** What a person may say of an exception that he deals with himself; a retry and a skip have buttons of their own. */
const RESOLUTIONS: readonly (Option & { readonly id: ExceptionResolution })[] = [
  { id: "CORRECTED", name: "Corrected: done by hand at the source" },
  { id: "IGNORED", name: "Ignored: not to be done" },
  { id: "COMPENSATED", name: "Compensated: undone by hand at the source" },
];

/** Asks what was decided, of one exception or of many. */
export function ResolveDialog({
  title,
  verb,
  onClose,
  onResolve,
}: {
  readonly title: string;
  readonly verb: string;
  readonly onClose: () => void;
  readonly onResolve: (resolution: ExceptionResolution, note: string) => Promise<void>;
}) {
  const [note, setNote] = useState("");
  const [resolution, setResolution] = useState<ExceptionResolution>("CORRECTED");
  return (
    <AskDialog
      title={title}
      verb={verb}
      isReady={note.trim() !== ""}
      onClose={onClose}
      onDo={() => onResolve(resolution, note)}
    >
      <Choice
        label="What was decided"
        options={RESOLUTIONS}
        value={resolution}
        onChange={(chosen) => {
          setResolution(chosen as ExceptionResolution);
        }}
      />
      <NoteField
        label="Note"
        hint="For the record, e.g. the number of the document that you made."
        value={note}
        onChange={setNote}
      />
    </AskDialog>
  );
}
