import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { messageOf } from "../api/api-error.ts";
import { request } from "../api/request.ts";
import { Button } from "../components/controls.tsx";
import { Toasts } from "../components/toasts.tsx";
import { viewer } from "../generated/operations.ts";
import { session } from "../session/session.ts";
import { useStore } from "../store.ts";
import { Shell } from "./shell.tsx";
import { Welcome } from "./welcome.tsx";

const NEEDED = ["operations:read", "operations:write"];

/** Nothing is shown before somebody has signed in who may see it: the API says who that is. */
export function App() {
  const state = useStore(session.state);
  return (
    <>
      {state.kind === "signedOut" ? (
        <Welcome notice={state.notice} />
      ) : (
        <Admitted key={state.token} />
      )}
      <Toasts />
    </>
  );
}

function Admitted() {
  const { data, error, refetch } = useQuery({
    queryKey: [viewer.name],
    queryFn: ({ signal }) => request(viewer, {}, signal),
    staleTime: Infinity,
  });
  if (data !== undefined) {
    const name = data.viewer?.name ?? "";
    const scopes = data.viewer?.scopes ?? [];
    if (NEEDED.every((scope) => scopes.includes(scope))) return <Shell name={name} />;
    return (
      <Refused title="This page is for operators">
        {name === "" ? "You are" : `${name} is`} signed in without the scopes {NEEDED.join(" and ")}
        . Ask for them, or sign in as somebody else.
      </Refused>
    );
  }
  if (error === null) return <div className="welcome soft">Signing in …</div>;
  return (
    <Refused title="Signing in did not work" onAgain={() => void refetch()}>
      {messageOf(error)}
    </Refused>
  );
}

function Refused({
  title,
  onAgain,
  children,
}: {
  readonly title: string;
  readonly onAgain?: () => void;
  readonly children: ReactNode;
}) {
  return (
    <div className="welcome">
      <main>
        <h1>{title}</h1>
        <p role="alert">{children}</p>
        <div className="row">
          {onAgain === undefined ? null : (
            <Button look="primary" onPress={onAgain}>
              Try again
            </Button>
          )}
          <Button
            onPress={() => {
              session.signOut();
            }}
          >
            Sign in as somebody else
          </Button>
        </div>
      </main>
    </div>
  );
}
