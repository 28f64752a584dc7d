-- needs: documents
SELECT kind, document_id, signed_on, due, notice_by, expires,
    notice_by - getvariable('as_of') AS days_to_notice, expires - getvariable('as_of') AS days_to_end,
    signed_on IS NULL AND due < getvariable('as_of') AS is_overdue
FROM documents
WHERE account_id = $account_id AND coalesce(expires, notice_by, due, getvariable('as_of')) >= getvariable('as_of') - INTERVAL 12 MONTH
ORDER BY kind <> 'contract', coalesce(notice_by, expires, due) NULLS LAST, document_id
