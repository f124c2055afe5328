import { openTestPostgres } from "@crossdock/ledger/testing";
import { reservationsSuite } from "./testing/reservations.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

reservationsSuite(() => openTestPostgres(serverUrl));
