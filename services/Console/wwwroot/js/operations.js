// While views are made anew the log does not change, and nothing is told: how far they are is asked for.
import { refresh } from './live.js'

setInterval(() => document.querySelector('[data-runs]') && refresh(), 1000)
