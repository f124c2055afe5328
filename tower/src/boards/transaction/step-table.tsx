import { milliseconds, timeOfDay, words } from "../../components/words.ts";
import { isBad } from "./timeline.tsx";
import type { Step } from "./transaction-board.tsx";

/** The steps in words: what the picture shows, for reading, for copying, and for who does not see it. */
export function StepTable({
  steps,
  chosen,
  onChoose,
}: {
  readonly steps: readonly Step[];
  readonly chosen: Step | null;
  readonly onChoose: (step: Step) => void;
}) {
  return (
    <div className="table" role="region" aria-label="Steps" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time (UTC)</th>
            <th scope="col">System</th>
            <th scope="col">Kind</th>
            <th scope="col">What</th>
            <th scope="col">Outcome</th>
            <th scope="col">Document</th>
            <th scope="col" className="number">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr
              key={step.id}
              className={step.id === chosen?.id ? "opened" : ""}
              onClick={() => {
                onChoose(step);
              }}
            >
              <td className="number">{timeOfDay(step.startedAt)}</td>
              <td>{step.system}</td>
              <td>{words(step.kind)}</td>
              <td className="wrap">
                {step.name}
                <br />
                <span className="soft">{step.summary}</span>
              </td>
              <td className={isBad(step) ? "overdue" : ""}>{step.outcome ?? "—"}</td>
              <td className="wrap">{step.documentId ?? "—"}</td>
              <td className="number">
                {step.durationMs == null ? "—" : milliseconds(step.durationMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
