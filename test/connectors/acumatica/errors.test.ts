import { describe, expect, it } from 'vitest';
import { collectErrors, readProblem, summarize } from '../../../connectors/acumatica/errors.ts';
import { parseLossless } from '../../../connectors/kit/json.ts';

const problem = (status: number, body: unknown) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readProblem({ status, headers: {}, text, value: typeof body === 'string' ? undefined : parseLossless(text) });
};
const exception = (exceptionType: string, exceptionMessage: string, more: Record<string, unknown> = {}) => ({
  message: 'An error has occurred.',
  exceptionMessage,
  exceptionType,
  stackTrace: 'at PX.Secret.Frame()',
  ...more,
});

describe('error bodies', () => {
  it('collect what is wrong from an entity echo, row by row', () => {
    const echo = {
      id: '0b6f',
      error: 'Inserting  record raised at least one error.',
      Details: [{ id: '1' }, { Project: { value: 'P-204', error: "Error: Project 'P-204     ' cannot be found." } }],
      MainContact: { Email: { value: 'x', error: 'Email is wrong.' } },
    };
    expect(problem(422, echo)).toMatchObject({
      code: 'remote.rejected',
      fields: { 'Details.1.Project': "Project 'P-204 ' cannot be found.", 'MainContact.Email': 'Email is wrong.' },
    });
    expect(collectErrors(parseLossless('{"error":""}') as Record<string, never>)).toEqual({});
  });

  it.each([
    ['only a summary', 422, { error: 'Something is wrong.' }, { message: 'Something is wrong.', fields: {} }],
    [
      'an exception beside the echo',
      422,
      exception('PX.Api.ContractBased.OutcomeEntityHasErrorsException', 'Error: Bad.'),
      { message: 'Bad.' },
    ],
    [
      'a page',
      422,
      '<html><head><title>x</title></head><body><h1>Not <b>valid</b></h1></body></html>',
      { message: 'Not valid' },
    ],
    [
      'a missing record',
      500,
      exception('PX.Api.ContractBased.NoEntitySatisfiesTheConditionException', 'No entity.'),
      { code: 'remote.notFound', refused: true },
    ],
    [
      'a list that cannot be expanded',
      500,
      exception('PX.X.CannotOptimizeException', 'Optimization cannot be performed.'),
      { refused: true },
    ],
    [
      'a module without setup',
      500,
      exception('PX.Data.PXSetupNotEnteredException', 'Setup.'),
      { code: 'remote.forbidden' },
    ],
    ['an unknown tenant', 500, exception('PX.Data.PXUndefinedCompanyException', 'x'), { code: 'remote.wrongCompany' }],
    [
      'the login limit as page',
      500,
      '<html><body>API Login Limit</body></html>',
      { code: 'remote.sessionLimit', retry: true },
    ],
    ['the login limit as text', 429, 'API Login Limit', { code: 'remote.sessionLimit', retry: true }],
    ['a declined request', 429, 'License restriction', { message: 'the licence declines further requests for now' }],
    [
      'a business rule',
      500,
      exception('PX.Data.PXException', 'outer', { innerException: exception('PX.Y', 'The period is closed.') }),
      { code: 'remote.rejected', refused: true, message: 'The period is closed.' },
    ],
    [
      'a database timeout',
      500,
      exception('System.Data.SqlClient.SqlException.Timeout', 'Timeout expired.'),
      { message: 'Timeout expired.' },
    ],
    ['a precondition', 412, { message: 'The record already exists.' }, { code: 'remote.conflict' }],
    ['a right that is missing', 403, { message: 'No access.' }, { message: 'No access.' }],
    [
      'a malformed request',
      400,
      { message: 'Invalid.', modelState: { entity: ['Wrong type.'] } },
      { fields: { entity: 'Wrong type.' } },
    ],
  ])('tell %s', (_title, status, body, expected) => {
    expect(problem(status, body)).toMatchObject(expected);
    expect(JSON.stringify(problem(status, body))).not.toContain('PX.Secret');
  });

  it('leave a gateway error to its status, so that it is tried again', () => {
    expect(problem(502, '<html>Bad Gateway</html>')).toBeUndefined();
    expect(problem(500, exception('System.Data.SqlClient.SqlException.Timeout', 'x'))).not.toHaveProperty('refused');
  });
});

describe('field errors in words', () => {
  it('says the same refusal once, with the lines it is about', () => {
    const missing = "Project Task '50' cannot be found in the system.";
    const fields = {
      'Details.0.ProjectTask': missing,
      'Details.1.ProjectTask': missing,
      'Details.2.ProjectTask': missing,
      'Details.1.Account': "Account '54950' is inactive.",
      VendorRef: 'is taken',
    };
    expect(summarize(fields)).toBe(
      "ProjectTask (lines 1 to 3): Project Task '50' cannot be found in the system; Account (line 2): Account '54950' is inactive; VendorRef: is taken",
    );
    expect(summarize({ 'Details.0': 'wrong', 'Details.4': 'wrong' })).toBe('line (lines 1 and 5): wrong');
  });
});
