/**
 * Refusals of the simulated system, in the bodies the real one uses.
 * @source OpenAPI of Default/24.200.001, schema HttpError; public notes of integrators for the exception types
 */
import type { WireObject, WireValue } from '../codec.ts';

/** An answer that is not a success. Thrown inside the simulator, turned into the HTTP answer at its edge. */
export class Refusal extends Error {
  readonly status: number;
  /** JSON body, or HTML or plain text. */
  readonly body: WireObject | string | undefined;
  constructor(status: number, body?: WireObject | string) {
    super(`simulated answer ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Body of an unsuccessful answer as ASP.NET forms it. */
export const httpError = (message: string, exceptionType: string, inner?: WireValue): WireObject => ({
  message: 'An error has occurred.',
  exceptionMessage: message,
  exceptionType,
  stackTrace: '   at PX.Api.ContractBased.Simulated.Frame()',
  ...(inner === undefined ? {} : { innerException: inner }),
});

/** A malformed request. */
export const badRequest = (message: string): Refusal =>
  new Refusal(400, { message: 'The request is invalid.', modelState: { entity: [message] } });

/** A URL that leads nowhere: unknown endpoint, version, entity or action. */
export const notFound = (form: 'json' | 'html' | 'empty', target: string): Refusal => {
  if (form === 'empty') return new Refusal(404);
  if (form === 'html') {
    return new Refusal(
      404,
      '<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head><body><h2>404</h2></body></html>',
    );
  }
  return new Refusal(404, {
    message: `No HTTP resource was found that matches the request URI '${target}'.`,
    messageDetail: 'No type was found that matches the controller.',
  });
};

/** A keyed read that finds nothing: a 500, not a 404. */
export const noEntity = (): Refusal =>
  new Refusal(
    500,
    httpError('No entity satisfies the condition.', 'PX.Api.ContractBased.NoEntitySatisfiesTheConditionException'),
  );

/** A business rule raised outside field validation. */
export const businessError = (message: string): Refusal => new Refusal(500, httpError(message, 'PX.Data.PXException'));

/** A list that cannot be turned into one query. */
export const cannotOptimize = (fields: readonly string[]): Refusal =>
  new Refusal(
    500,
    httpError(
      `Optimization cannot be performed. The following fields cause the error: ${fields.join(', ')}.`,
      'PX.Api.ContractBased.OptimizedExport.CannotOptimizeException',
    ),
  );

/** A filter that is not understood. */
export const badFilter = (message: string): Refusal =>
  new Refusal(500, httpError(message, 'Microsoft.Data.OData.ODataException'));
