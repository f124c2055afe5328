import { openTestLedger } from "@crossdock/ledger/testing";
import { reservationsSuite } from "./testing/reservations.suite.ts";

reservationsSuite(openTestLedger);
