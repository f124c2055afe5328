import { useState } from "react";
import { request } from "../../api/request.ts";
import { Field } from "../../components/controls.tsx";
import { AskDialog } from "../../components/dialog.tsx";
import { tell } from "../../components/toasts.tsx";
import { words } from "../../components/words.ts";
import { pause, resume, type PauseScope } from "../../generated/operations.ts";

const MAX_REASON = 500;
const WHAT: Readonly<Record<PauseScope, string>> = {
  LANE: "Nothing is sent to this system until it is resumed. Orders are accepted; what is due waits in its order.",
  SOURCE:
    "Neither is anything sent to it nor is it asked for changes. Reads are answered with what is known.",
  PARTNER: "What it asks for is refused, and its open connections end.",
};

type DialogProps = {
  readonly scope: PauseScope;
  readonly name: string;
  readonly onClose: () => void;
};

export function PauseDialog({ scope, name, onClose }: DialogProps) {
  const [reason, setReason] = useState("");
  const what = `${scope.toLowerCase()} ${name}`;
  return (
    <AskDialog
      title={`Pause ${what}`}
      verb="Pause"
      isReady={reason.trim() !== ""}
      onClose={onClose}
      onDo={async () => {
        await request(pause, { input: { scope, name, reason } });
        tell("ok", `${words(what)} is paused.`);
      }}
    >
      <p>{WHAT[scope]}</p>
      <Field
        label="Why"
        value={reason}
        onChange={setReason}
        lines={2}
        maxLength={MAX_REASON}
        isRequired
      />
    </AskDialog>
  );
}

export function ResumeDialog({ scope, name, onClose }: DialogProps) {
  const what = `${scope.toLowerCase()} ${name}`;
  return (
    <AskDialog
      title={`Resume ${what}?`}
      verb="Resume"
      onClose={onClose}
      onDo={async () => {
        const { resume: after } = await request(resume, { input: { scope, name } });
        tell("ok", `${words(what)} goes on${after.resumedAt == null ? "" : " again"}.`);
      }}
    >
      <p>What waits goes on in the order in which it came.</p>
    </AskDialog>
  );
}
