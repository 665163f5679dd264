/**
 * Generic inquiries as OData: flat rows without value wrappers.
 * @source form SM208000 "Expose via OData"; address `/t/{tenant}/api/odata/gi/{name}` from 2024 R2
 */
import type { Fields } from '../../../engine/model/record.ts';
import { json, type SimulatorAnswer, type SimulatorRequest } from '../../kit/simulator.ts';
import { wireValue } from './query.ts';
import { notFound } from './refusal.ts';
import { decimal, isZero, text } from './rules/shared.ts';
import { requireSession } from './sign-in.ts';
import { profileOf, type State } from './state.ts';
import type { World } from './world.ts';

const openBills = ({ database }: World): Fields[] =>
  [...database.list('Bill')]
    .filter((bill) => !isZero(decimal(bill.Balance)))
    .map(({ Type, ReferenceNbr, Vendor, VendorRef, Balance, Status }) => ({
      Type: Type ?? null,
      ReferenceNbr: ReferenceNbr ?? null,
      Vendor: Vendor ?? null,
      VendorRef: VendorRef ?? null,
      Balance: Balance ?? null,
      Status: Status ?? null,
    }));

const inquiryName = 'PROCORE-OpenBills';

/** The service document: which inquiries are exposed. */
export function listInquiries(request: SimulatorRequest<State>): SimulatorAnswer {
  const { params } = request;
  const session = requireSession(request);
  if ('status' in session) return session;
  if (params.tenant !== session.world.tenant) throw notFound(profileOf(request).notFoundBody, request.path);
  const value = [{ name: inquiryName, kind: 'EntitySet', url: inquiryName }];
  return json(200, { '@odata.context': '$metadata', value });
}

/** Rows of the inquiry `PROCORE-OpenBills`; others do not exist. */
export function answerInquiry(request: SimulatorRequest<State>): SimulatorAnswer {
  const { params, query } = request;
  const session = requireSession(request);
  if ('status' in session) return session;
  if (params.tenant !== session.world.tenant || params.inquiry !== inquiryName) {
    throw notFound(profileOf(request).notFoundBody, request.path);
  }
  const skip = request.marks.has('repeat-page') ? 0 : Number(query.get('$skip') ?? 0);
  const top = Number(query.get('$top') ?? Number.POSITIVE_INFINITY);
  const rows = openBills(session.world).slice(skip, skip + top);
  const value = rows.map((row) => ({ ...row, Balance: wireValue('D', text(row.Balance)) }));
  return json(200, { '@odata.context': `$metadata#${params.inquiry}`, value });
}
