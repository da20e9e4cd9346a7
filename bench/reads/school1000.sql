-- $1 district, $2 school
select json_build_object('data', json_build_object('school', (
  select json_build_object('name', s.name, 'learners', json_build_object('edges', (
    select json_agg(json_build_object('node', json_build_object('displayName', l.name, 'grade', l.grade)))
      from (select coalesce(nullif(p.preferred_first_name, ''), p.given_name) || ' '
                     || coalesce(nullif(p.preferred_last_name, ''), p.family_name) as name,
                   p.grades[1] as grade
              from school_enrollment e
              join person p on p.district_id = e.district_id and p.id = e.learner_id
             where e.district_id = s.district_id and e.school_id = s.id and e.state = 'active' and p.status = 'active'
             order by p.family_name, p.given_name, p.id
             limit 1000) l)))
    from org s
   where s.district_id = $1::uuid and s.id = $2::uuid)))
