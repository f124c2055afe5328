import { Keyboard } from "lucide-react";
import { useEffect, useState } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "../components/controls.tsx";
import { BOARDS, go } from "../routing/route.ts";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["1 … 6", "Flow, Exceptions, Sources, Partners, Reconciliation, Transaction"],
  ["/", "Find"],
  ["↑ ↓ or k j", "Go through the list of exceptions; Page Up, Page Down, Home, End as well"],
  ["Enter", "Open the exception"],
  ["Space", "Choose the exception, for all that are chosen at once"],
  ["r e s x a", "Of the open exception: retry, edit, skip, resolve, assign"],
  ["Escape", "Close what is open"],
  ["← →", "In a timeline: from step to step; ↑ ↓ from system to system"],
  ["?", "This list"],
];

/** The page's keys, and what shows them. They rest while somebody writes, and while a dialog is open. */
export function Keys() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      if (actOn(event.key, setOpen)) event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => {
      removeEventListener("keydown", pressed);
    };
  }, []);
  return (
    <>
      <span className="keys-button">
        <Button
          look="icon"
          aria-label="Keyboard shortcuts"
          onPress={() => {
            setOpen(true);
          }}
        >
          <Keyboard size={17} aria-hidden />
        </Button>
      </span>
      <ModalOverlay className="shade fades" isOpen={isOpen} onOpenChange={setOpen} isDismissable>
        <Modal className="modal">
          <Dialog>
            <Heading slot="title" level={2}>
              Keyboard shortcuts
            </Heading>
            <dl className="keys">
              {KEYS.map(([keys, what]) => (
                <div key={keys} className="fact">
                  <dt>
                    <kbd>{keys}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
            <footer>
              <Button slot="close">Close</Button>
            </footer>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}

/** @returns whether the key is one of ours */
function actOn(key: string, showKeys: (isShown: boolean) => void): boolean {
  const board = BOARDS[Number(key) - 1];
  if (board !== undefined) {
    go({ board, id: null, query: {} });
    return true;
  }
  if (key === "?") {
    showKeys(true);
    return true;
  }
  if (key === "/") {
    const field = document.querySelector<HTMLElement>("[data-finds], [role=search] input");
    field?.focus();
    return field !== null;
  }
  // The buttons of the open exception say which key they have.
  const button = /^[a-z]$/.test(key)
    ? document.querySelector<HTMLElement>(`button[data-key="${key}"]:not(:disabled)`)
    : null;
  button?.click();
  return button !== null;
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, [role=listbox]") !== null
  );
}
