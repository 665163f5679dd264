/** The posting sheet: vouchers as they would be posted, with totals by currency, account and project, and the hash an approval binds to. */
import { valueAt } from '../model/business-key.ts';
import type { Connector, ReadEvent, ResourceDeclaration } from '../model/connector.ts';
import { add, type Decimal, format, tryParse, zero } from '../model/decimal.ts';
import type { PostingSheet, Voucher, VoucherLine } from '../model/run.ts';
import { contentHash } from '../store/canonical.ts';

/**
 * A posting sheet from its vouchers, in whatever order they were planned. Only what would be written counts in totals.
 * @param most vouchers that are listed; totals and hash are over all, and `omitted` says how many are not listed.
 */
export function buildSheet(
  runId: string,
  flowId: string,
  vouchers: Iterable<Voucher>,
  most: number = Number.POSITIVE_INFINITY,
): PostingSheet {
  const book = new SheetBook(most);
  for (const voucher of vouchers) book.add(voucher);
  return book.sheet(runId, flowId);
}

const placeOf = ({ key, businessKey, target }: Voucher): string =>
  [key, businessKey, target.system, target.resource, target.connection].join('\u0000');
const byText = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

/** A posting sheet that grows voucher by voucher: of those beyond `most` only totals and hash are kept. */
export class SheetBook {
  private readonly most: number;
  private readonly listed: Voucher[] = [];
  private readonly totals = new SheetTotals();
  private readonly hashes: string[] = [];

  constructor(most: number) {
    this.most = most;
  }

  add(voucher: Voucher): void {
    this.hashes.push(contentHash(voucher));
    this.totals.add(voucher);
    if (this.listed.length < this.most) this.listed.push(voucher);
  }

  sheet(runId: string, flowId: string): PostingSheet {
    const places = new Map(this.listed.map((voucher) => [voucher, placeOf(voucher)]));
    const vouchers = [...this.listed].sort((a, b) => byText(places.get(a), places.get(b)));
    const omitted = this.hashes.length - vouchers.length;
    return {
      ...{ runId, flowId, vouchers, totals: this.totals.result() },
      // Over the vouchers in no order: they may have been planned in another.
      hash: contentHash([...this.hashes].sort()),
      ...(omitted === 0 ? {} : { omitted }),
    };
  }
}

/** Adds vouchers up one by one, so that a long run needs no memory for them. */
export class SheetTotals {
  private readonly currencies = new Map<string, { count: number; amount: Decimal }>();
  private readonly accounts = new Map<string, { account: string; name?: string; currency: string; amount: Decimal }>();
  private readonly projects = new Map<string, { project: string; currency: string; amount: Decimal }>();

  add(voucher: Voucher): void {
    if (voucher.action !== 'create' && voucher.action !== 'update') return;
    const { currency } = voucher;
    const sum = this.currencies.get(currency) ?? { count: 0, amount: zero };
    sum.count += 1;
    sum.amount = add(sum.amount, tryParse(voucher.amount) ?? zero);
    this.currencies.set(currency, sum);
    for (const line of voucher.lines) this.addLine(line, currency);
  }

  private addLine(line: VoucherLine, currency: string): void {
    const amount = tryParse(line.amount) ?? zero;
    const account = line.account ?? '';
    const byAccount = this.accounts.get(`${account}\u0000${currency}`) ?? {
      account,
      currency,
      amount: zero,
      ...(line.accountName === undefined ? {} : { name: line.accountName }),
    };
    byAccount.amount = add(byAccount.amount, amount);
    this.accounts.set(`${account}\u0000${currency}`, byAccount);
    const project = line.project ?? '';
    const byProject = this.projects.get(`${project}\u0000${currency}`) ?? { project, currency, amount: zero };
    byProject.amount = add(byProject.amount, amount);
    this.projects.set(`${project}\u0000${currency}`, byProject);
  }

  result(): PostingSheet['totals'] {
    const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    return {
      byCurrency: Object.fromEntries(
        [...this.currencies].map(([currency, { count, amount }]) => [currency, { count, amount: format(amount) }]),
      ),
      byAccount: [...this.accounts.values()]
        .sort((a, b) => text(a.account, b.account) || text(a.currency, b.currency))
        .map(({ amount, ...rest }) => ({ ...rest, amount: format(amount) })),
      byProject: [...this.projects.values()]
        .sort((a, b) => text(a.project, b.project) || text(a.currency, b.currency))
        .map(({ amount, ...rest }) => ({ ...rest, amount: format(amount) })),
    };
  }
}

/** Names of accounts and vendors in a target, for people who know names better than numbers. */
export interface TargetNames {
  account(code: string): string | undefined;
  vendor(code: string): string | undefined;
}

/** Reads the names that a resource's declaration points to. Names are a comfort: where they cannot be read, numbers stand alone. */
export async function readNames(
  connector: Connector,
  client: unknown,
  resource: ResourceDeclaration,
  signal: AbortSignal,
): Promise<TargetNames> {
  const load = async (from: NameSource | undefined): Promise<ReadonlyMap<string, string>> => {
    const names = new Map<string, string>();
    const listed = connector.resources.find((candidate) => candidate.id === from?.resource);
    if (from === undefined || listed?.read === undefined) return names;
    for await (const event of listed.read(client, { signal })) collect(event, from, names);
    return names;
  };
  const accounts = await load(resource.roles?.accountNames);
  const vendors = await load(resource.roles?.vendorNames);
  return { account: (code) => accounts.get(code), vendor: (code) => vendors.get(code) };
}

type NameSource = NonNullable<NonNullable<ResourceDeclaration['roles']>['accountNames']>;

function collect(event: ReadEvent, from: NameSource, names: Map<string, string>): void {
  if (event.kind !== 'page') return;
  for (const { value } of event.records) {
    const code = valueAt(value, from.code);
    const name = valueAt(value, from.name);
    if (typeof code === 'string' && typeof name === 'string') names.set(code, name);
  }
}

/** The same voucher with names beside the numbers. */
export function withNames(voucher: Voucher, names: TargetNames): Voucher {
  const vendorName = voucher.vendor === undefined ? undefined : names.vendor(voucher.vendor);
  const lines = voucher.lines.map((line) => {
    const name = line.account === undefined ? undefined : names.account(line.account);
    return name === undefined ? line : { ...line, accountName: name };
  });
  return { ...voucher, lines, ...(vendorName === undefined ? {} : { vendorName }) };
}
