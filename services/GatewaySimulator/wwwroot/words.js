// What has become of a message, in words a person would use.

function reason(trouble) {
  if (!trouble) return 'the platform did not take it';
  if (trouble === '401' || trouble === '403') return `the platform did not believe the signature (${trouble})`;
  if (trouble === '429') return 'the platform asks for a pause (429)';
  if (/^4/.test(trouble)) return `the platform refused it (${trouble})`;
  if (/^5/.test(trouble)) return `the platform is in trouble (${trouble})`;
  if (/^\d/.test(trouble)) return `the platform answered ${trouble}`;
  if (trouble === 'Timeout') return 'the platform took too long';
  return 'the platform cannot be reached';
}

const times = count => count === 1 ? 'one attempt' : `${count} attempts`;

/** An icon with its words; a note where something is worth a line of its own; and what a retry is called where there is one. */
export function stateOf({ state, attempts, trouble }) {
  switch (state) {
    case 'pending':
      return attempts === 0
        ? { icon: 'clock', words: 'Sending' }
        : { icon: 'clock', words: 'Sending', note: `Trying again: ${reason(trouble)}. ${times(attempts)} so far.`, retry: 'Try now' };
    case 'delivered':
      return { icon: 'arrived', words: attempts > 1 ? `Delivered to the platform after ${times(attempts)}` : 'Delivered to the platform' };
    case 'dropped':
      return { icon: 'trouble', words: 'Not delivered', note: 'Lost on the way: the gateway was told to lose it.', retry: 'Send again', bad: true };
    case 'failed':
      return { icon: 'trouble', words: 'Not delivered', note: `Given up after ${times(attempts)}: ${reason(trouble)}.`, retry: 'Send again', bad: true };
    case 'not-forwarded':
      return { icon: 'trouble', words: 'Not delivered', note: 'Went nowhere: no webhook is set up.', retry: 'Send again', bad: true };
    case 'reported-delivered':
      return { icon: 'arrived', words: 'The gateway reported it as delivered' };
    case 'reported-failed':
      return { icon: 'trouble', words: 'Reported as failed', note: 'It arrived here, but the gateway reported that it failed.', bad: true };
    default:
      return {};
  }
}
