import { useEffect, useState } from "react";
import { messageOf } from "../api/api-error.ts";
import { Button, Field } from "../components/controls.tsx";
import { go, parseRoute } from "../routing/route.ts";
import { beginSignIn, finishSignIn, REDIRECT_PATH } from "../session/oidc.ts";
import { session } from "../session/session.ts";
import { readSettings, type SignInSettings } from "../session/settings.ts";

/** Where people sign in: at the company's issuer where one is configured, with a token of the local stack else. */
export function Welcome({ notice }: { readonly notice: string | null }) {
  const [signIn, setSignIn] = useState<SignInSettings | null | undefined>(undefined);
  const [fault, setFault] = useState<string | null>(null);
  const [token, setToken] = useState("");
  useEffect(() => {
    const begin = async () => {
      const settings = await readSettings();
      setSignIn(settings.signIn);
      if (location.pathname !== REDIRECT_PATH || settings.signIn === null) return;
      const done = await finishSignIn(settings.signIn);
      const [path = "", search = ""] = done.from.split("?");
      go(parseRoute(path, search), "replace");
      session.signIn(done.token);
    };
    begin().catch((error: unknown) => {
      setFault(messageOf(error));
    });
  }, []);
  return (
    <div className="welcome">
      <main>
        <h1>Crossdock tower</h1>
        <p className="soft">For the distributor&apos;s operators.</p>
        {notice === null ? null : (
          <p className="notice" data-tone="warn" role="alert">
            {notice}
          </p>
        )}
        {fault === null ? null : (
          <p className="notice" data-tone="bad" role="alert">
            {fault}
          </p>
        )}
        {signIn == null ? null : (
          <Button
            look="primary"
            onPress={() => {
              beginSignIn(signIn).catch((error: unknown) => {
                setFault(messageOf(error));
              });
            }}
          >
            Sign in at {new URL(signIn.issuer).host}
          </Button>
        )}
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            session.signIn(token);
          }}
        >
          <Field
            label="Operator's token"
            value={token}
            onChange={setToken}
            lines={3}
            isCode
            hint={
              <>
                Of the local stack: <code>npm run --silent ctl -- token operator</code>. It stays in
                this tab.
              </>
            }
          />
          <Button
            type="submit"
            look={signIn == null ? "primary" : "plain"}
            isDisabled={token.trim() === ""}
          >
            Use this token
          </Button>
        </form>
      </main>
    </div>
  );
}
