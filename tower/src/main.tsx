import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/api-error.ts";
import { session } from "./session/session.ts";
import { App } from "./shell/app.tsx";
import "./styles/index.css";

const MAX_TRIES = 2;

/** What the API refused it refuses again: only what nobody answered is asked once more. */
const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: (tries, error) => !(error instanceof ApiError) && tries < MAX_TRIES },
  },
});
// Nothing of what one person saw is there for the next.
session.state.subscribe(() => {
  queries.clear();
});

const root = document.getElementById("tower");
if (root === null) throw new Error("The page has no place for the tower.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
