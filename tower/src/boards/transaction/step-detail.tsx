import { Link } from "../../components/link.tsx";
import { Panel } from "../../components/panel.tsx";
import { instant, milliseconds, words } from "../../components/words.ts";
import type { Step } from "./transaction-board.tsx";

/** All that is known of one step. */
export function StepDetail({ step }: { readonly step: Step }) {
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ["At", step.system],
    ["Outcome", step.outcome],
    ["Took", step.durationMs == null ? null : milliseconds(step.durationMs)],
    ["Document", step.documentId],
    ["Command", step.commandId],
    ["Payload hash", step.payloadHash],
  ];
  return (
    <Panel title={`${words(step.kind)}: ${step.name}`} note={instant(step.startedAt)}>
      <p className="wrap">{step.summary}</p>
      <dl className="facts">
        {facts.map(([name, value]) =>
          value == null ? null : (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
        {step.exceptionId == null ? null : (
          <div className="fact">
            <dt>Exception</dt>
            <dd>
              <Link to={{ board: "exceptions", id: step.exceptionId, query: {} }}>
                {step.exceptionId}
              </Link>
            </dd>
          </div>
        )}
      </dl>
    </Panel>
  );
}
