import { X } from "lucide-react";
import { createStore, useStore } from "../store.ts";
import { Button } from "./controls.tsx";
import { Status } from "./status.tsx";

type Toast = { readonly id: number; readonly tone: "ok" | "bad"; readonly text: string };

const SHOWN_MS = 6_000;
/** More at once nobody reads. */
const MAX_SHOWN = 4;

const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

/** Says what came of something that a person did. A failure stays until it is put away. */
export function tell(tone: Toast["tone"], text: string): void {
  lastId += 1;
  const id = lastId;
  toasts.set([...toasts.get(), { id, tone, text }].slice(-MAX_SHOWN));
  if (tone === "ok") {
    setTimeout(() => {
      putAway(id);
    }, SHOWN_MS);
  }
}

function putAway(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

/** Where they are shown. Screen readers are told of each once, without being interrupted. */
export function Toasts() {
  const shown = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite" aria-relevant="additions">
      {shown.map(({ id, tone, text }) => (
        <div key={id} className="toast fades" data-tone={tone}>
          <Status tone={tone}>{tone === "ok" ? "Done" : "Refused"}</Status>
          <p>{text}</p>
          <Button
            look="icon"
            aria-label="Put away"
            onPress={() => {
              putAway(id);
            }}
          >
            <X size={14} aria-hidden />
          </Button>
        </div>
      ))}
    </div>
  );
}
