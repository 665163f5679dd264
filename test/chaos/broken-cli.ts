/**
 * The command line with a delivery that is broken on purpose: it sends first and remembers afterwards. Only the self-test of the
 * chaos driver starts it, with COSTWIRE_CHAOS_BREAK=intent-after-send; the product knows nothing of it.
 */
import { Delivery } from '../../engine/run/deliver-effects.ts';
import { main, processTerminal } from '../../headless/cli.ts';

if (process.env.COSTWIRE_CHAOS_BREAK === 'intent-after-send') {
  const { send } = Delivery.prototype;
  Delivery.prototype.send = async function (this: Delivery, planned) {
    const { resource, client, options } = this.target;
    const result = await resource.create?.(client, planned.value, options, planned.scope);
    // From here on the proper protocol, with an answer that is already there: nothing was committed before sending.
    const remembered = { ...this.target, resource: { ...resource, create: async () => result } };
    return send.call(Object.assign(Object.create(this), { target: remembered }), planned);
  };
}

process.exitCode = await main(process.argv.slice(2), processTerminal());
process.stdin.destroy();
