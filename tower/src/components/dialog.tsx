import { useState, type ReactNode } from "react";
import { Dialog, Form, Heading, Modal, ModalOverlay } from "react-aria-components";
import { messageOf } from "../api/api-error.ts";
import { Button } from "./controls.tsx";

/**
 * Asks for something before it is done. It stays open, with the reason, when the server refuses; the focus comes back to
 * where it was.
 */
export function AskDialog({
  title,
  verb,
  isReady = true,
  onClose,
  onDo,
  children,
}: {
  readonly title: string;
  /** On the button that does it. */
  readonly verb: string;
  readonly isReady?: boolean;
  readonly onClose: () => void;
  /** Rejects with what the server said. */
  readonly onDo: () => Promise<void>;
  readonly children: ReactNode;
}) {
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    setFault(null);
    try {
      await onDo();
      onClose();
    } catch (error) {
      setFault(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <ModalOverlay
      className="shade fades"
      isOpen
      isDismissable={!isBusy}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className="modal">
        <Dialog>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          <Form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              if (isReady && !isBusy) void submit();
            }}
          >
            {children}
            {fault === null ? null : (
              <p className="notice" data-tone="bad" role="alert">
                {fault}
              </p>
            )}
            <footer>
              <Button onPress={onClose} isDisabled={isBusy}>
                Cancel
              </Button>
              <Button look="primary" type="submit" isDisabled={!isReady || isBusy}>
                {isBusy ? "Working …" : verb}
              </Button>
            </footer>
          </Form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
