/** Every event that a log line may carry. One line a decision, one a change to the world. */
export const logEvents = {
  stepStarted: 'failover.step_started',
  stepFinished: 'failover.step_finished',
  stepFailed: 'failover.step_failed',
  alarmTriaged: 'failover.alarm_triaged',
  outageObserved: 'failover.outage_observed',
  dataLossAssessed: 'failover.data_loss_assessed',
  authorizationDecided: 'failover.authorization_decided',
  approvalRequested: 'failover.approval_requested',
  approvalJudged: 'failover.approval_judged',
  voteCounted: 'failover.vote_counted',
  attemptRefused: 'failover.attempt_refused',
  warmUpRequested: 'failover.warm_up_requested',
  warmUpUndone: 'failover.warm_up_undone',
  primaryFenced: 'failover.primary_fenced',
  fenceUndone: 'failover.fence_undone',
  promotionRequested: 'failover.promotion_requested',
  trafficSwitched: 'failover.traffic_switched',
  incidentClosed: 'failover.incident_closed',
  phaseNotNoted: 'failover.phase_not_noted',
  workflowWoken: 'failover.workflow_woken',
  cardRefreshed: 'failover.card_refreshed',
  changeNotTold: 'failover.change_not_told',
  notificationSent: 'failover.notification_sent',
  notificationFailed: 'failover.notification_failed',
  receiptFailed: 'failover.receipt_failed',
  slackActionRefused: 'failover.slack_action_refused',
  slackActionIgnored: 'failover.slack_action_ignored',
  slackSecretUnreadable: 'failover.slack_secret_unreadable',
} as const;

/** The name of a log event. */
export type LogEvent = (typeof logEvents)[keyof typeof logEvents];
