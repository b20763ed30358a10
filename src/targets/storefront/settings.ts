import type { Setting, SettingsOf } from '../settings.ts'

const share = (describe: string, value: number): Setting => ({ default: value, min: 0, max: 1, describe })
const count = (describe: string, value: number): Setting => ({
  default: value,
  min: 1,
  max: 1_000_000,
  whole: true,
  describe,
})

/** What can be set about the storefront. */
export const storefrontSettings = {
  latency_scale: { default: 1, min: 0, max: 1000, describe: 'times the usual latency of every route; 0: none' },
  fault_network: share('share of requests whose connection is reset', 0),
  fault_error: share('share of requests answered 500', 0.001),
  fault_payment: share('share of payments declined with 402', 0.02),
  product_servers: count('requests the product service works on at once', 16),
  product_queue: count('requests that may wait for it; beyond, 503', 400),
  user_servers: count('requests the user service works on at once', 12),
  user_queue: count('requests that may wait for it; beyond, 503', 200),
  checkout_servers: count('requests the checkout service works on at once', 12),
  checkout_queue: count('requests that may wait for it; beyond, 503', 100),
  analytics_servers: count('requests the analytics service works on at once', 4),
  analytics_queue: count('requests that may wait for it; beyond, 503', 50),
  limit_per_minute: count('requests a user may make a minute under /limited', 60),
  limit_per_hour: count('requests a user may make an hour under /limited', 1000),
  limit_admin_per_minute: count('requests an admin may make a minute under /limited', 300),
  limit_admin_per_hour: count('requests an admin may make an hour under /limited', 10_000),
} as const satisfies Record<string, Setting>

export type StorefrontSettings = SettingsOf<typeof storefrontSettings>
