/** Judges a round: the ERP against what the source asked for, the history against the ERP, and the audit chain against itself. */
import { sameAmount } from '../../engine/run/deliver-key.ts';
import { openStore, type Store } from '../../engine/store/index.ts';
import type { StoredOutcome } from '../../engine/store/records.ts';
import { control } from './processes.ts';
import type { Expected, Stage } from './stage.ts';

/** What was found. The last four are faults of the product; `notes` say which documents. */
export interface Judgement {
  expected: number;
  found: number;
  duplicates: number;
  lost: number;
  wrongStatus: number;
  chainBroken: number;
  notes: string[];
}

interface Bill {
  Vendor: string;
  VendorRef: string;
  Amount?: string;
  ReferenceNbr?: string;
}

const nameOf = (vendor: string, number: string): string => `${vendor} ${number}`;

function judgeDocuments(bills: readonly Bill[], expected: readonly Expected[], judgement: Judgement): void {
  const wanted = new Map(expected.map((document) => [nameOf(document.vendor, document.number), document]));
  const seen = new Map<string, number>();
  for (const bill of bills) {
    const name = nameOf(bill.Vendor, bill.VendorRef);
    const document = wanted.get(name);
    seen.set(name, (seen.get(name) ?? 0) + 1);
    if (document === undefined || !sameAmount(document.amount, bill.Amount ?? '')) {
      judgement.duplicates += 1;
      judgement.notes.push(
        `${name}: the ERP holds ${bill.Amount ?? 'no amount'}, expected ${document?.amount ?? 'nothing'}`,
      );
    } else if ((seen.get(name) ?? 0) > 1) {
      judgement.duplicates += 1;
      judgement.notes.push(`${name} is in the ERP twice`);
    } else {
      judgement.found += 1;
    }
  }
  for (const name of wanted.keys()) {
    if (seen.has(name)) continue;
    judgement.lost += 1;
    judgement.notes.push(`${name} is not in the ERP`);
  }
}

/** Every record that was to be posted is posted in exactly one run, under the number that the ERP gave it. */
async function judgeHistory(
  store: Store,
  bills: readonly Bill[],
  expected: readonly Expected[],
  judgement: Judgement,
): Promise<void> {
  const numbers = new Map(bills.map((bill) => [nameOf(bill.Vendor, bill.VendorRef), bill.ReferenceNbr]));
  const wrong = (note: string) => {
    judgement.wrongStatus += 1;
    judgement.notes.push(note);
  };
  for (const { key, vendor, number } of expected) {
    const story = await store.records.story(key);
    const posted = story.filter((outcome) => outcome.status === 'posted');
    const [only] = posted;
    const told = story.map(toldOf).join(', ');
    if (posted.length !== 1) wrong(`${number} is posted in ${posted.length} runs (${told})`);
    else if (only?.target?.number !== numbers.get(nameOf(vendor, number)))
      wrong(`${number} has the number of another document`);
    if (story.some((outcome) => outcome.status === 'inDoubt' || outcome.status === 'sending'))
      wrong(`${number} is left open (${told})`);
  }
  const open = await store.deliveries.open();
  for (const row of open) wrong(`${row.businessKey} is still ${row.state} in the ledger`);
  for (const run of await store.runs.unfinished()) wrong(`run ${run.id} is still ${run.status}`);
}

const toldOf = (outcome: StoredOutcome): string =>
  `${outcome.status}${outcome.error === undefined ? '' : ` ${outcome.error.code}`}`;

/** Judges a round that has become quiet. */
export async function judge(stage: Stage, expected: readonly Expected[]): Promise<Judgement> {
  const judgement: Judgement = {
    expected: expected.length,
    found: 0,
    duplicates: 0,
    lost: 0,
    wrongStatus: 0,
    chainBroken: 0,
    notes: [],
  };
  const documents = await control(stage.target.address, 'documents/bills');
  const bills: Bill[] = Array.isArray(documents) ? documents : [];
  judgeDocuments(bills, expected, judgement);
  const store = await openStore(stage.workspace, { readOnly: true });
  try {
    await judgeHistory(store, bills, expected, judgement);
    const { intact, findings } = await store.audit.verify();
    if (!intact) judgement.chainBroken = 1;
    judgement.notes.push(...findings.map(({ message }) => message));
  } finally {
    await store.close();
  }
  return judgement;
}
