-- $1 district, $2 class
select json_build_object('data', json_build_object('class', (
  select json_build_object('title', c.title, 'learners', json_build_object('edges', (
    select json_agg(json_build_object('node', json_build_object('displayName', l.name, 'mastery', json_build_object('edges', (
             select json_agg(json_build_object('node', json_build_object(
                      'competency', json_build_object('code', m.code),
                      'state', m.state, 'level', m.level, 'score', m.score)))
               from (select k.code, h.state, h.level, h.score
                       from mastery h
                       join competency k on k.district_id = h.district_id and k.id = h.competency_id
                      where h.district_id = $1::uuid and h.learner_id = l.id and h.evidence_count > 0
                      order by k.framework_id, k.position, k.id
                      limit 20) m)))))
      from (select p.id,
                   coalesce(nullif(p.preferred_first_name, ''), p.given_name) || ' '
                     || coalesce(nullif(p.preferred_last_name, ''), p.family_name) as name
              from enrollment e
              join person p on p.district_id = e.district_id and p.source = e.source and p.sourced_id = e.person_sourced_id
             where e.district_id = c.district_id and e.source = c.source and e.class_sourced_id = c.sourced_id
               and e.role = 'student' and e.status = 'active' and p.status = 'active'
             order by p.family_name, p.given_name, p.id
             limit 30) l)))
    from class c
   where c.district_id = $1::uuid and c.id = $2::uuid)))
