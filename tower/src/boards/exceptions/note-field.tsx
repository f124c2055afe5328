import type { ReactNode } from "react";
import { Field } from "../../components/controls.tsx";

/** Characters of a note for the record, as the API takes them. */
const MAX_NOTE = 500;

/** Words of who decided, for the record; without them nothing is decided. */
export function NoteField({
  label,
  value,
  onChange,
  hint,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: ReactNode;
}) {
  return (
    <Field
      label={label}
      hint={hint}
      value={value}
      onChange={onChange}
      lines={3}
      maxLength={MAX_NOTE}
      isRequired
    />
  );
}
