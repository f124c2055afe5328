import { Check, ChevronDown, Minus } from "lucide-react";
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  TextArea,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
  type ButtonProps,
} from "react-aria-components";

type Look = "plain" | "primary" | "quiet" | "icon";

export function Button({ look = "plain", ...props }: ButtonProps & { readonly look?: Look }) {
  const name =
    look === "icon" ? "button quiet icon" : look === "plain" ? "button" : `button ${look}`;
  return <AriaButton {...props} className={name} />;
}

export type Option = { readonly id: string; readonly name: string };

/** One of a few; the first option stands for "any" where there is such. */
export function Choice({
  label,
  options,
  value,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  return (
    <Select
      className="field choice"
      value={value}
      onChange={(key) => {
        onChange(String(key));
      }}
    >
      <Label>{label}</Label>
      <AriaButton>
        <SelectValue />
        <ChevronDown size={14} aria-hidden />
      </AriaButton>
      <Popover className="popover">
        <ListBox items={options}>
          {(option) => <ListBoxItem id={option.id}>{option.name}</ListBoxItem>}
        </ListBox>
      </Popover>
    </Select>
  );
}

/** A few choices side by side, of which one holds. */
export function Segments({
  label,
  options,
  value,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  return (
    <ToggleButtonGroup
      className="segments"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [chosen] = keys;
        if (chosen !== undefined) onChange(String(chosen));
      }}
    >
      {options.map(({ id, name }) => (
        <ToggleButton key={id} id={id}>
          {name}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

export function Field({
  label,
  value,
  onChange,
  lines = 1,
  isCode = false,
  isRequired = false,
  maxLength,
  hint,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly lines?: number;
  readonly isCode?: boolean;
  readonly isRequired?: boolean;
  readonly maxLength?: number;
  readonly hint?: ReactNode;
}) {
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      isRequired={isRequired}
      {...(maxLength === undefined ? {} : { maxLength })}
    >
      <Label>{label}</Label>
      {lines > 1 ? (
        <TextArea rows={lines} className={isCode ? "code" : ""} spellCheck={!isCode} />
      ) : (
        <Input />
      )}
      {hint === undefined ? null : <small>{hint}</small>}
    </TextField>
  );
}

/** @param state `some`: a part of what it stands for is chosen */
export function Tick({
  label,
  state,
  onChange,
}: {
  readonly label: string;
  readonly state: boolean | "some";
  readonly onChange: (isTicked: boolean) => void;
}) {
  return (
    <AriaCheckbox
      className="check"
      isSelected={state === true}
      isIndeterminate={state === "some"}
      onChange={onChange}
    >
      <span className="box">
        {state === "some" ? <Minus size={12} aria-hidden /> : <Check size={12} aria-hidden />}
      </span>
      <span>{label}</span>
    </AriaCheckbox>
  );
}
